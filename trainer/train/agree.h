/* SPDX-License-Identifier: MIT */
/* What the ranks of a team must have in common. Collective calls: -1 at all ranks when
 * one differs from rank 0. A run alone agrees with itself. */
#ifndef TRAINER_AGREE_H
#define TRAINER_AGREE_H

#include "train/run.h"

/* What a rank was started with. */
int agree_on_options(struct run *r, struct err *e);

/* The CPU's kernels, for others round otherwise and weights would drift apart. *threads
 * is this rank's part of the processors that it shares with other ranks, or --threads. */
int agree_on_cpu(struct run *r, int *threads, struct err *e);

/* Weights and the step, when the model is made or a checkpoint was looked for. */
int agree_on_state(struct run *r, struct err *e);

#endif
