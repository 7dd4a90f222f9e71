/* SPDX-License-Identifier: MIT */
/* One vector of floats as wide as the instruction set this file is compiled for. Kernels
 * are written once against it and compiled for AVX-512, AVX2 and the plain baseline. */
#ifndef TRAINER_VEC_H
#define TRAINER_VEC_H

#include <stdint.h>

#if defined __AVX512F__
#define LANES 16
#elif defined __AVX__
#define LANES 8
#else
#define LANES 4
#endif

typedef float vec __attribute__((vector_size(LANES * 4), may_alias));
typedef int32_t ivec __attribute__((vector_size(LANES * 4), may_alias));

/* p is aligned to LANES floats: every channel count is a multiple of 16. */
static inline vec vec_load(const float *p)
{
	return *(const vec *)p;
}

static inline void vec_store(float *p, vec v)
{
	*(vec *)p = v;
}

static inline void vec_add_to(float *p, vec v)
{
	*(vec *)p += v;
}

/* 0 where gate ≤ 0, else v: what is no number stays one that everybody sees. */
static inline vec vec_gate(vec gate, vec v)
{
	return (vec)(~(gate <= 0) & (ivec)v);
}

static inline vec vec_relu(vec v)
{
	return vec_gate(v, v);
}

/* The name of a kernel table as compiled for this instruction set. */
#define ISA_CAT2(a, b) a##_##b
#define ISA_CAT(a, b)  ISA_CAT2(a, b)
#define ISA_NAME(name) ISA_CAT(name, ISA)

#endif
