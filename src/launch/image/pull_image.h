/* SPDX-License-Identifier: MIT */
/* A pull, with the user's login where it must be and may be. */
#ifndef CNNRUN_LAUNCH_PULL_IMAGE_H
#define CNNRUN_LAUNCH_PULL_IMAGE_H

#include "engine/engine.h"
#include "launch/allow.h"
#include "plan/progress.h"

/* As a stranger first: only a registry that refuses those gets the user's login, once who
 * was allowed to use it; NULL = the user asks, who may. */
int pull_image(struct engine *g, const char *ref, const char *platform,
	const struct progress_sink *sink, const struct asker *who, struct err *e);

#endif
