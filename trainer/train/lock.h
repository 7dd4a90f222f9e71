/* SPDX-License-Identifier: MIT */
/* One run at a time in a log folder: a file there that names its holder. */
#ifndef TRAINER_LOCK_H
#define TRAINER_LOCK_H

#include "base/err.h"

struct lock;

/* Makes dir, and takes dir/lock. NULL when another run holds it. One that a dead run left
 * is taken over: where that ran on this machine, or was this job before the scheduler
 * started it again (a larger SLURM_RESTART_COUNT, or CNNTRAIN_RESTART beside
 * CNNTRAIN_JOB). */
struct lock *lock_take(const char *dir, struct err *e);

/* dir goes too when lock_take made it and it is empty. NULL: nothing. */
void lock_release(struct lock *l);

#endif
