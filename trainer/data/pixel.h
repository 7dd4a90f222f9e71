/* SPDX-License-Identifier: MIT */
/* What happens to a pixel on its way into a batch, on the CPU and on a GPU alike. */
#ifndef TRAINER_PIXEL_H
#define TRAINER_PIXEL_H

#include "base/rng.h"

#define PIXEL_BLACK (-1.0f)

/* (v / 255 - 0.5) / 0.5, rounded after each operation: a fused one would differ. */
RNG_FUNCTION float pixel_value(uint8_t v)
{
#ifdef __CUDA_ARCH__
	return __fadd_rn(__fmul_rn((float)v, 2 / 255.0f), -1.0f);
#else
	return (float)v * (2 / 255.0f) - 1;
#endif
}

/* Whether image `index` is mirrored in the pass that the key is for. */
RNG_FUNCTION int pixel_flip(uint64_t key, long index)
{
	return (int)(rng_bits(key, (uint64_t)index) & 1);
}

#endif
