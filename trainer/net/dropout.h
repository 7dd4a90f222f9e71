/* SPDX-License-Identifier: MIT */
/* Dropout2d with p = 1/2: one random bit decides on a whole channel of an image. */
#ifndef TRAINER_DROPOUT_H
#define TRAINER_DROPOUT_H

#include "base/rng.h"

/* 2 where channel c of image `image` of the batch is kept in block `block`, 0 where
 * dropped */
RNG_FUNCTION float dropout_one(uint64_t key, int block, long image, int c)
{
	uint64_t bits = rng_bits(key, (uint64_t)(image * 16 + block * 4 + c / 64));

	return (bits >> (c % 64) & 1) ? 2.0f : 0.0f;
}

/* The same for all channels: keep (c) */
static inline void dropout_keep(uint64_t key, int block, long image, int c, float *keep)
{
	for (int from = 0; from < c; from += 64) {
		uint64_t bits =
			rng_bits(key, (uint64_t)(image * 16 + block * 4 + from / 64));

		for (int i = from; i < c && i < from + 64; i++, bits >>= 1)
			keep[i] = (float)(2 * (int)(bits & 1));
	}
}

#endif
