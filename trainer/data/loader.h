/* SPDX-License-Identifier: MIT */
/* Batches out of a data set, prepared ahead by worker threads. What is in a batch follows
 * from seed, epoch and position alone, whatever the number of workers. */
#ifndef TRAINER_LOADER_H
#define TRAINER_LOADER_H

#include "data/dataset.h"
#include "net/backend.h"

enum loader_order { LOADER_IN_ORDER, LOADER_SHUFFLED };

/* A part of every batch, in whole chunks: rank 1 of 4 takes the second quarter. */
struct share {
	int rank, world;
};

struct loader;

/* workers 0: batches are prepared when they are asked for. */
struct loader *loader_new(
	int batch_size, int channels, int workers, struct share share, uint64_t seed);
void loader_free(struct loader *l);

/* Begins a pass over d, which must outlive it, at batch `first`. Colour images are
 * mirrored at random in shuffled passes. Of a data set that a backend holds, batches only
 * name the images. */
void loader_start(struct loader *l, const struct dataset *d, enum loader_order order,
	uint64_t epoch, long first);

/* The next batch, valid until the next call; false at the end. The last may be smaller.
 */
bool loader_next(struct loader *l, struct batch *out);

#endif
