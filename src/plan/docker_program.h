/* SPDX-License-Identifier: MIT */
/* The end of a docker run line: image and command, or what a box begins with and the
 * lines of its runs. */
#ifndef CNNRUN_PLAN_DOCKER_PROGRAM_H
#define CNNRUN_PLAN_DOCKER_PROGRAM_H

#include "base/buf.h"
#include "plan/resolved.h"

void docker_program(struct buf *b, const struct resolved *s);

#endif
