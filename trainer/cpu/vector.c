/* SPDX-License-Identifier: MIT */
/* Long vectors: weights on their way to the frequencies and back, and Adam. */
#include "cpu/ops.h"
#include "cpu/vec.h"

#include <math.h>

static void combine(long count, int terms, const float *coef, int coef_step,
	const float *x, long x_step, float *y)
{
	for (long i = 0; i < count; i += LANES) {
		vec a = {0};

		for (int t = 0; t < terms; t++)
			a += vec_load(x + t * x_step + i) * coef[t * coef_step];
		vec_store(y + i, a);
	}
}

static void add(long count, const float *x, float *y)
{
	for (long i = 0; i < count; i += LANES)
		vec_add_to(y + i, vec_load(x + i));
}

/* Adam (Kingma, Ba 2015) as PyTorch writes it: w -= lr·m̂ / (√v̂ + eps). */
static void adam(long count, const struct adam_step *a, const float *g, float *w,
	float *m, float *v)
{
	for (long i = 0; i < count; i++) {
		m[i] = a->beta1 * m[i] + (1 - a->beta1) * g[i];
		v[i] = a->beta2 * v[i] + (1 - a->beta2) * g[i] * g[i];
		w[i] -= a->rate * m[i] / (sqrtf(v[i]) * a->v_scale + a->eps);
	}
}

const struct vector_ops ISA_NAME(vector_ops) = {
	.combine = combine, .add = add, .adam = adam};
