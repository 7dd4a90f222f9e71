/* SPDX-License-Identifier: MIT */
/* Finite differences of single ops: with a loss L = Σ r·y for random r, what an op's
 * backward makes of r must be L's slope along a random direction. */
#ifndef TESTS_TRAINER_SLOPE_H
#define TESTS_TRAINER_SLOPE_H

#include "base/mem.h"
#include "base/rng.h"
#include "cpu/ops.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* At work: one instruction set of ours after the other. */
static const struct ops *ops;

static inline float *noise(long count, uint64_t key)
{
	float *p = mem_floats(count);

	for (long i = 0; i < count; i++)
		p[i] = (float)(2 * rng_uniform(key, (uint64_t)i) - 1);
	return p;
}

static inline double dot(long count, const float *a, const float *b)
{
	double sum = 0;

	for (long i = 0; i < count; i++)
		sum += (double)a[i] * b[i];
	return sum;
}

/* L as it is now; the context knows inputs and outputs. */
typedef double loss_fn(void *ctx);

/* The slope of the loss along a random direction of x (count) is that which gradient g
 * says, to `limit` of the gradient's length. */
static inline void check(const char *what, loss_fn *loss, void *ctx, long count, float *x,
	const float *g, double step, double limit)
{
	AUTO_FREE float *way = noise(count, 99);
	AUTO_FREE float *at = mem_floats(count);
	double slope = 0, want = dot(count, way, g);
	double size = sqrt(dot(count, g, g)) / sqrt(3.0);

	memcpy(at, x, (size_t)count * sizeof(float));
	for (int sign = 1; sign >= -1; sign -= 2) {
		for (long i = 0; i < count; i++)
			x[i] = (float)(at[i] + sign * step * way[i]);
		slope += sign * loss(ctx) / (2 * step);
	}
	memcpy(x, at, (size_t)count * sizeof(float));
	if (!(size > 0) || !(fabs(slope - want) <= limit * size))
		fail_msg("%s, %s: slope %.7g, gradient %.7g (of %.3g)", ops->isa, what,
			slope, want, size);
}

/* On each instruction set that runs here. */
static inline void for_each_isa(void (*test)(void))
{
	static const char *const isas[] = {"plain", "avx2", "avx512"};

	for (int i = 0; i < 3; i++) {
		ops = ops_find(isas[i]);
		if (ops)
			test();
	}
}

#endif
