/* SPDX-License-Identifier: MIT */
/* Random numbers by counter: a value depends on (seed, stream, counter) and on nothing
 * that ran before it, so any thread may draw any of them and a resumed run draws the
 * same. */
#ifndef TRAINER_RNG_H
#define TRAINER_RNG_H

#include <stdint.h>

/* GPU kernels draw the same numbers. */
#ifdef __CUDACC__
#define RNG_FUNCTION __host__ __device__ static inline
#else
#define RNG_FUNCTION static inline
#endif

/* What a number is for; two streams never share numbers. */
enum rng_stream { RNG_INIT, RNG_SHUFFLE, RNG_FLIP, RNG_DROPOUT };

/* The finaliser of splitmix64 (Steele, Lea, Flood 2014). */
RNG_FUNCTION uint64_t rng_mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* The key of one stream's part, such as one epoch's shuffle or one step's dropout. */
RNG_FUNCTION uint64_t rng_key(uint64_t seed, enum rng_stream stream, uint64_t part)
{
	uint64_t z = rng_mix(seed + UINT64_C(0x9e3779b97f4a7c15));

	z = rng_mix(z ^ ((uint64_t)stream + 1) * UINT64_C(0xd1342543de82ef95));
	return rng_mix(z + part * UINT64_C(0x9e3779b97f4a7c15));
}

/* 64 random bits. */
RNG_FUNCTION uint64_t rng_bits(uint64_t key, uint64_t counter)
{
	return rng_mix(key + (counter + 1) * UINT64_C(0x9e3779b97f4a7c15));
}

/* Uniform in [0, 1). */
RNG_FUNCTION double rng_uniform(uint64_t key, uint64_t counter)
{
	return (double)(rng_bits(key, counter) >> 11) * 0x1p-53;
}

#endif
