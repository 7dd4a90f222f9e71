/* SPDX-License-Identifier: MIT */
/* Long vectors: weights on their way to the frequencies and back, and Adam. */
#include "cpu/ops.h"
#include "cpu/vec.h"

#include <math.h>

enum { MOST = 9 };
#define UNROLL _Pragma("GCC unroll 9")

/* `outputs` sums at once, so that each x is loaded once for all of them */
static inline __attribute__((always_inline)) void combine_some(
	int outputs, const struct combine *c, const float *coef, const float *x, float *y)
{
	vec a[MOST];

	UNROLL for (int o = 0; o < outputs; o++) a[o] = (vec){0};
	for (int t = 0; t < c->terms; t++) {
		vec v = vec_load(x + t * c->x_step);

		UNROLL for (int o = 0; o < outputs; o++) a[o] +=
			v * coef[o * c->coef_output + t * c->coef_term];
	}
	UNROLL for (int o = 0; o < outputs; o++) vec_store(y + o * c->y_step, a[o]);
}

static void combine(const struct combine *c, const float *x, float *y)
{
	for (long i = 0; i < c->count; i += LANES) {
		const float *coef = c->coef;
		float *to = y + i;
		int left = c->outputs, n;

		for (; left > 0;
			left -= n, coef += n * c->coef_output, to += n * c->y_step) {
			n = left == 9 ? 9 : left >= 8 ? 8 : left >= 4 ? 4 : 1;
			if (n == 9)
				combine_some(9, c, coef, x + i, to);
			else if (n == 8)
				combine_some(8, c, coef, x + i, to);
			else if (n == 4)
				combine_some(4, c, coef, x + i, to);
			else
				combine_some(1, c, coef, x + i, to);
		}
	}
}

static void scale(long count, float by, const float *x, float *y)
{
	for (long i = 0; i < count; i += LANES)
		vec_store(y + i, vec_load(x + i) * by);
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
	.combine = combine, .scale = scale, .add = add, .adam = adam};
