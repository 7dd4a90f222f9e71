/* SPDX-License-Identifier: MIT */
/* Haar wavelet of one patch, as cpu/dwt.c: (a b / c d) → 0.5·(a+b+c+d, a+b-c-d, a-b+c-d,
 * a-b-c+d). Its operations are parts of others: gather.cu, dwt.cu, block.cu. */
#ifndef TRAINER_CUDA_HAAR_H
#define TRAINER_CUDA_HAAR_H

#include "cuda/gpu.h"

/* o: the bands, `band` apart */
__device__ static inline void haar(
	float a, float b, float c, float d, float *o, long band)
{
	float s = (a + b) * 0.5f, r = (a - b) * 0.5f;
	float t = (c + d) * 0.5f, e = (c - d) * 0.5f;

	o[0] = s + t;
	o[band] = s - t;
	o[2 * band] = r + e;
	o[3 * band] = r - e;
}

/* The value at (y, x) of the patch whose bands lie at o. */
__device__ static inline float haar_inverse(const float *o, long band, int y, int x)
{
	float s = y ? o[0] - o[band] : o[0] + o[band];
	float t = y ? o[2 * band] - o[3 * band] : o[2 * band] + o[3 * band];

	return x ? s * 0.5f - t * 0.5f : s * 0.5f + t * 0.5f;
}

#endif
