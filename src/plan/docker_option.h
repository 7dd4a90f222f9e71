/* SPDX-License-Identifier: MIT */
/* Options of a `docker run` line, one a line of its own. */
#ifndef CNNRUN_PLAN_DOCKER_OPTION_H
#define CNNRUN_PLAN_DOCKER_OPTION_H

#include "base/buf.h"
#include "plan/resolved.h"

/* value NULL = none. */
void docker_option(struct buf *b, const char *name, const char *value);
/* Those of the mounts. */
void docker_mounts(struct buf *b, const struct resolved *s);

#endif
