/* SPDX-License-Identifier: MIT */
/* How a team without MPI finds itself: rank 0 listens on MASTER_ADDR:MASTER_PORT, the
 * others report there and learn where their successor in the ring listens. */
#ifndef TRAINER_TEAM_MEET_H
#define TRAINER_TEAM_MEET_H

#include "base/err.h"
#include "team/env.h"

/* What is added up in the background has connections of its own. */
enum lane { LANE_STEP, LANE_SUMS, LANES };

struct ring {
	int rank, world;
	int next[LANES], previous[LANES]; /* sockets; -1: none */
};

/* 0, or -1 with e set: the same line at all ranks that had reported. ring_close in both
 * cases. */
int meet(struct ring *ring, const struct place *place, struct err *e);

void ring_close(struct ring *ring);

#endif
