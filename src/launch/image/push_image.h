/* SPDX-License-Identifier: MIT */
/* An image goes to the registry that its name says. */
#ifndef CNNRUN_LAUNCH_PUSH_IMAGE_H
#define CNNRUN_LAUNCH_PUSH_IMAGE_H

#include "engine/engine.h"
#include "launch/allow.h"
#include "plan/plan.h"
#include "plan/progress.h"

/* Can the image of p be pushed at all, by its name? */
int push_check(const struct plan *p, struct err *e);
/* Pushes what ref names, which must be the image of this id. The user's login there is
 * used once who is allowed to. */
int push_image(struct engine *g, const char *ref, const char *id,
	const struct progress_sink *sink, const struct asker *who, struct err *e);

#endif
