/* SPDX-License-Identifier: MIT */
/* The GPUs that a launch has for itself: the least busy ones, picked when it starts and
 * held until its end. */
#ifndef CNNRUN_LAUNCH_GPU_HOLD_H
#define CNNRUN_LAUNCH_GPU_HOLD_H

#include "engine/engine.h"
#include "launch/ledger/ledger.h"
#include "plan/resolved.h"

/* Where s asks for free GPUs: picks them, waits for them where it says so, and fills in
 * which they are. What holds them is added to out. */
int gpus_hold(
	struct engine *g, struct resolved *s, struct ledger_holds *out, struct err *e);

#endif
