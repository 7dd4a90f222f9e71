/* SPDX-License-Identifier: MIT */
/* bfloat16: the upper half of a float. By hand, so that CPU and GPU round alike. */
#ifndef TRAINER_BF16_H
#define TRAINER_BF16_H

#include <cstdint>
#include <cstring>

#ifdef __CUDACC__
#define BF16_FUNCTION __host__ __device__ static inline
#else
#define BF16_FUNCTION static inline
#endif

/* To the nearest, ties to even; NaN stays NaN. */
BF16_FUNCTION uint16_t bf16_round(float v)
{
	uint32_t bits;

	memcpy(&bits, &v, sizeof(bits));
	if ((bits & 0x7fffffff) > 0x7f800000)
		return (uint16_t)(bits >> 16 | 0x40);
	return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

BF16_FUNCTION float bf16_value(uint16_t half)
{
	uint32_t bits = (uint32_t)half << 16;
	float v;

	memcpy(&v, &bits, sizeof(v));
	return v;
}

#endif
