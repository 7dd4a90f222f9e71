/* SPDX-License-Identifier: MIT */
/* Options of the docker run line. */
#ifndef CNNRUN_PLAN_DOCKER_LINE_H
#define CNNRUN_PLAN_DOCKER_LINE_H

#include "base/buf.h"
#include "plan/resolved.h"

/* On a line of its own; value is quoted where it has to be, NULL = none. */
void docker_option(struct buf *b, const char *name, const char *value);
void docker_optionf(struct buf *b, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void docker_mounts(struct buf *b, const struct resolved *s);

#endif
