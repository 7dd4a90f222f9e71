/* SPDX-License-Identifier: MIT */
/* Grants of version 1, which kept their rights as sentences. */
#ifndef CNNRUN_RIGHT_OLD_GRANTS_H
#define CNNRUN_RIGHT_OLD_GRANTS_H

#include "right/right.h"

/* Appends the rights that the sentences of list mean; *n_lost counts those that could
 * mean several things or nothing: they are asked for anew. */
int old_rights_parse(
	const cJSON *list, struct rights *out, size_t *n_lost, struct err *e);

#endif
