/* SPDX-License-Identifier: MIT */
/* Batches out of a data set: shuffled and flipped by seed and epoch alone. */
#ifndef TRAINER_LOADER_H
#define TRAINER_LOADER_H

#include "data/dataset.h"
#include "net/backend.h"

enum loader_order { LOADER_IN_ORDER, LOADER_SHUFFLED };

struct loader;

struct loader *loader_new(int batch_size, int channels, uint64_t seed);
void loader_free(struct loader *l);

/* Begins a pass over d, which must outlive it. Colour images flip in shuffled passes. */
void loader_start(struct loader *l, const struct dataset *d, enum loader_order order,
	uint64_t epoch);

/* The next batch, valid until the next call; false at the end. The last may be smaller.
 */
bool loader_next(struct loader *l, struct batch *out);

#endif
