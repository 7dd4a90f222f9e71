/* SPDX-License-Identifier: MIT */
/* Rights as they are typed: "write=/data", "setuid", and "link:read=/data" for where a
 * link of the project leads. */
#ifndef CNNRUN_RIGHT_SPELLED_H
#define CNNRUN_RIGHT_SPELLED_H

#include "right/right.h"

void right_spell(struct buf *b, const struct right *r);
/* Adds what text spells. */
int right_read(const char *text, struct rights *out, struct err *e);

#endif
