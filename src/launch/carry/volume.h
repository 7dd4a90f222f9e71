/* SPDX-License-Identifier: MIT */
/* The volume that has the copy of a carried directory. */
#ifndef CNNRUN_LAUNCH_CARRY_VOLUME_H
#define CNNRUN_LAUNCH_CARRY_VOLUME_H

#include "engine/engine.h"
#include "launch/carry/state.h"

/* Is it there? One of that name that is not ours is an error. */
int carry_volume_look(
	struct engine *g, const struct carry_state *st, bool *there, struct err *e);
/* project may be NULL. */
int carry_volume_make(struct engine *g, const struct carry_state *st, const char *project,
	struct err *e);

#endif
