/* SPDX-License-Identifier: MIT */
/* Networks and volumes, as far as launching and cleaning need them. */
#ifndef CNNRUN_ENGINE_NETWORK_H
#define CNNRUN_ENGINE_NETWORK_H

#include "engine/engine.h"

/* A bridge with its own names, which nothing outside it is told of. A taken name is an
 * error, 409. */
int network_create(
	struct engine *g, const char *name, const struct kvs *labels, struct err *e);
/* Fine when there is none. */
int network_remove(struct engine *g, const char *name, struct err *e);
/* Appends the ids of those with a label, "key=value". */
int network_list(struct engine *g, const char *label, struct strv *ids, struct err *e);
int network_exists(struct engine *g, const char *name, bool *yes, struct err *e);
/* The volumes with this label ("key" or "key=value"): name → the value of their label
 * key,
 * "" where they have none. */
int volume_list(struct engine *g, const char *label, const char *key, struct kvs *out,
	struct err *e);
/* Without one of that name yet. */
int volume_create(
	struct engine *g, const char *name, const struct kvs *labels, struct err *e);
int volume_remove(struct engine *g, const char *name, struct err *e);

#endif
