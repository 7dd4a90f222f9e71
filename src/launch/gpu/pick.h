/* SPDX-License-Identifier: MIT */
/* Which GPUs are the least busy, and taking them. */
#ifndef CNNRUN_LAUNCH_GPU_PICK_H
#define CNNRUN_LAUNCH_GPU_PICK_H

#include "host/gpu.h"
#include "launch/ledger/ledger.h"
#include "plan/resolved.h"

struct picking {
	struct resolved *s;
	struct ledger_holds *out;
	struct host_gpus gpus; /* as they were when they were last measured */
	int64_t measured_ms;   /* when; 0 = not yet */
};

/* As a whole, whatever goes on there. */
bool gpu_can_be_picked(const struct host_gpu *g);
/* Is it of the type that is asked for, by the name of its product? */
bool gpu_is_of(const struct plan_gpus *p, const struct host_gpu *g);
/* The first so many of that type, by their numbers. */
void gpus_take_type(struct resolved *s, const struct host_gpus *all);
/* And with the memory that is asked for. */
bool gpu_fits(const struct plan_gpus *p, const struct host_gpu *g);

void gpus_measure(struct picking *k);
/* Measures, and takes as many as s asks for: 1 = they are held and s says which, 0 =
 * there are not so many. */
int gpus_pick(struct picking *k, struct err *e);

/* Tells the runtime "nvidia", where that gives the GPUs, which. */
void gpus_name(struct resolved *s);

#endif
