/* SPDX-License-Identifier: MIT */
/* Networks and volumes, as far as launching and cleaning need them. */
#ifndef CNNRUN_ENGINE_NETWORK_H
#define CNNRUN_ENGINE_NETWORK_H

#include "engine/engine.h"

int network_exists(struct engine *g, const char *name, bool *yes, struct err *e);
/* The volumes with this label ("key" or "key=value"): name → the value of their label
 * key,
 * "" where they have none. */
int volume_list(struct engine *g, const char *label, const char *key, struct kvs *out,
	struct err *e);
int volume_remove(struct engine *g, const char *name, struct err *e);

#endif
