/* SPDX-License-Identifier: MIT */
/* What happens to a pixel on its way into a batch, on the CPU and on a GPU alike. */
#ifndef TRAINER_PIXEL_H
#define TRAINER_PIXEL_H

#include "base/rng.h"

#define PIXEL_BLACK (-1.0f)

/* (v / 255 - 0.5) / 0.5, rounded once. */
RNG_FUNCTION float pixel_value(uint8_t v)
{
#ifdef __CUDA_ARCH__
	return __fdiv_rn((float)(2 * v - 255), 255);
#else
	return (float)(2 * v - 255) / 255;
#endif
}

/* Whether image `index` is mirrored in the pass that the key is for. */
RNG_FUNCTION int pixel_flip(uint64_t key, long index)
{
	return (int)(rng_bits(key, (uint64_t)index) & 1);
}

#endif
