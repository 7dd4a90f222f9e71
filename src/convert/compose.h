/* SPDX-License-Identifier: MIT */
/* Parts of a compose file. */
#ifndef CNNRUN_CONVERT_COMPOSE_H
#define CNNRUN_CONVERT_COMPOSE_H

#include "convert/convert.h"

/* A text in which nothing but its places is for compose to fill in. */
cJSON *compose_string(const struct conversion *c, const char *text);
/* Adds it under key unless it is NULL. */
void compose_text(
	const struct conversion *c, cJSON *o, const char *key, const char *text);
/* The same of pairs, where there are some; without a value: from the environment. */
void compose_kvs(
	const struct conversion *c, cJSON *o, const char *key, const struct kvs *k);
/* All that s, of p, has besides its image and its place among the others. */
void compose_settings(
	struct conversion *c, const struct plan *p, const struct resolved *s, cJSON *o);
/* Of that, its mounts. */
void compose_mounts(
	struct conversion *c, const struct plan *p, const struct resolved *s, cJSON *o);
/* Is its network one that was there before? */
bool compose_network_is_named(const struct resolved *s);

#endif
