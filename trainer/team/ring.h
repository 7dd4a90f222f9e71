/* SPDX-License-Identifier: MIT */
/* Collective calls around a ring. One thread at a time for each lane. A rank that is gone
 * ends the program with one line: nothing can be computed without the others. Sums are
 * taken in an order that follows from rank and size alone, by one rank for all: every
 * rank gets the same bits, in every run. */
#ifndef TRAINER_TEAM_RING_H
#define TRAINER_TEAM_RING_H

#include "team/meet.h"

#include <stddef.h>

/* Bytes starts[r] … starts[r + 1] - 1 come from rank r. */
void ring_gather(const struct ring *r, enum lane lane, char *bytes, const size_t *starts);

/* All ranks get the bytes of rank 0. */
void ring_broadcast(const struct ring *r, enum lane lane, void *bytes, size_t size);

/* received: room for ring_part(count) floats. */
void ring_add(
	const struct ring *r, enum lane lane, float *array, long count, float *received);
long ring_part(const struct ring *r, long count);

#endif
