/* SPDX-License-Identifier: MIT */
/* A build that is given more than its context, by BuildKit's own interface. */
#ifndef CNNRUN_ENGINE_SOLVE_H
#define CNNRUN_ENGINE_SOLVE_H

#include "engine/docker/image/build_log.h"
#include "engine/image.h"

/* As image_build(), with news in log, which has the image's id in the end. */
int session_build(struct engine *g, const struct build_request *b,
	const volatile int *cancel, struct build_log *log, struct err *e);

#endif
