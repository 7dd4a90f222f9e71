/* SPDX-License-Identifier: MIT */
/* How many GPUs nobody uses. */
#ifndef CNNRUN_LAUNCH_GPU_FREE_H
#define CNNRUN_LAUNCH_GPU_FREE_H

#include "plan/settings.h"

/* Of those that p would take: held by no launch, and nothing computes on them as far as
 * is known. */
size_t gpus_free(const struct plan_gpus *p);

#endif
