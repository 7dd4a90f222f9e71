/* SPDX-License-Identifier: MIT */
/* Matrix products, real and complex, on register tiles of a few rows × two vectors.
 *
 * C (m × 32) (+)= A (m × k) · B (k × 32); A's element (i, j) lies at a[i * a_row + j *
 * a_col]; B and C have rows b_row and c_row apart. Where A lies across, its columns and
 * B's are far apart in memory, a few sets of the first cache have to do for all of them:
 * both are copied together first, each line once. */
#include "cpu/ops.h"
#include "cpu/vec.h"

#if LANES == 16
enum { REAL_ROWS = 8, COMPLEX_ROWS = 4 };
#else
enum { REAL_ROWS = 4, COMPLEX_ROWS = 2 };
#endif
enum { TILE = 2 * LANES };

#define UNROLL _Pragma("GCC unroll 8")

static inline __attribute__((always_inline)) void real_tile(
	int rows, const struct gemm *g, const float *a, const float *b, float *c)
{
	vec acc[REAL_ROWS][2];

	UNROLL for (int i = 0; i < rows; i++)
	{
		const float *p = c + i * g->c_row;

		acc[i][0] = g->add ? vec_load(p) : (vec){0};
		acc[i][1] = g->add ? vec_load(p + LANES) : (vec){0};
	}
	for (int k = 0; k < g->k; k++) {
		vec b0 = vec_load(b), b1 = vec_load(b + LANES);

		UNROLL for (int i = 0; i < rows; i++)
		{
			float x = a[i * g->a_row];
			acc[i][0] += b0 * x;
			acc[i][1] += b1 * x;
		}
		a += g->a_col;
		b += g->b_row;
	}
	UNROLL for (int i = 0; i < rows; i++)
	{
		vec_store(c + i * g->c_row, acc[i][0]);
		vec_store(c + i * g->c_row + LANES, acc[i][1]);
	}
}

static void pack(int k, bool imaginary, float *b)
{
	(void)k;
	(void)imaginary;
	(void)b;
}

enum { ACROSS = 16, MOST_K = 256 }; /* rows of A that are copied together */

/* columns of all rows of a matrix, side by side */
static inline __attribute__((always_inline)) void gather(
	int rows, int columns, long row, const float *from, float *to)
{
	for (int k = 0; k < rows; k++)
		for (int j = 0; j < columns; j += LANES)
			vec_store(to + k * columns + j, vec_load(from + k * row + j));
}

static void real_across(const struct gemm *g, const float *a, const float *b, float *c)
{
	float some[MOST_K * ACROSS] __attribute__((aligned(64)));
	float all[MOST_K * GEMM_PANEL] __attribute__((aligned(64)));
	struct gemm near = *g;

	near.a_col = ACROSS;
	near.b_row = GEMM_PANEL;
	gather(g->k, GEMM_PANEL, g->b_row, b, all);
	for (int from = 0; from < g->m; from += ACROSS) {
		gather(g->k, ACROSS, g->a_col, a + from, some);
		for (int i = 0; i < ACROSS; i += REAL_ROWS)
			for (int j = 0; j < GEMM_PANEL; j += TILE)
				real_tile(REAL_ROWS, &near, some + i, all + j,
					c + (from + i) * g->c_row + j);
	}
}

static void real_product(const struct gemm *g, const float *a, const float *b, float *c)
{
	if (g->a_row == 1) {
		real_across(g, a, b, c);
		return;
	}
	for (int j = 0; j < GEMM_PANEL; j += TILE) {
		int i = 0;

		for (; i + REAL_ROWS <= g->m; i += REAL_ROWS)
			real_tile(REAL_ROWS, g, a + i * g->a_row, b + j,
				c + i * g->c_row + j);
		for (; i < g->m; i++)
			real_tile(1, g, a + i * g->a_row, b + j, c + i * g->c_row + j);
	}
}

/* The imaginary parts lie a_im, b_im, c_im floats after the real ones. conj: A's
 * conjugate. */
static inline __attribute__((always_inline)) void complex_tile(int rows, int conj,
	const struct gemm *g, const float *a, const float *b, float *c)
{
	vec re[COMPLEX_ROWS][2], im[COMPLEX_ROWS][2];

	UNROLL for (int i = 0; i < rows; i++)
	{
		const float *p = c + i * g->c_row;

		re[i][0] = g->add ? vec_load(p) : (vec){0};
		re[i][1] = g->add ? vec_load(p + LANES) : (vec){0};
		im[i][0] = g->add ? vec_load(p + g->c_im) : (vec){0};
		im[i][1] = g->add ? vec_load(p + g->c_im + LANES) : (vec){0};
	}
	for (int k = 0; k < g->k; k++) {
		vec r0 = vec_load(b), r1 = vec_load(b + LANES);
		vec i0 = vec_load(b + g->b_im), i1 = vec_load(b + g->b_im + LANES);

		UNROLL for (int i = 0; i < rows; i++)
		{
			/* NOLINTNEXTLINE(clang-analyzer-core.*): gathered, for k > 0 */
			float x = a[i * g->a_row], y = a[i * g->a_row + g->a_im];

			re[i][0] += r0 * x;
			re[i][1] += r1 * x;
			im[i][0] += i0 * x;
			im[i][1] += i1 * x;
			if (conj) {
				re[i][0] += i0 * y;
				re[i][1] += i1 * y;
				im[i][0] -= r0 * y;
				im[i][1] -= r1 * y;
			} else {
				re[i][0] -= i0 * y;
				re[i][1] -= i1 * y;
				im[i][0] += r0 * y;
				im[i][1] += r1 * y;
			}
		}
		a += g->a_col;
		b += g->b_row;
	}
	UNROLL for (int i = 0; i < rows; i++)
	{
		float *p = c + i * g->c_row;

		vec_store(p, re[i][0]);
		vec_store(p + LANES, re[i][1]);
		vec_store(p + g->c_im, im[i][0]);
		vec_store(p + g->c_im + LANES, im[i][1]);
	}
}

static inline __attribute__((always_inline)) void complex_any(
	int conj, const struct gemm *g, const float *a, const float *b, float *c)
{
	for (int j = 0; j < GEMM_PANEL; j += TILE) {
		int i = 0;

		for (; i + COMPLEX_ROWS <= g->m; i += COMPLEX_ROWS)
			complex_tile(COMPLEX_ROWS, conj, g, a + i * g->a_row, b + j,
				c + i * g->c_row + j);
		for (; i < g->m; i++)
			complex_tile(1, conj, g, a + i * g->a_row, b + j,
				c + i * g->c_row + j);
	}
}

static void complex_product(
	const struct gemm *g, const float *a, const float *b, float *c)
{
	complex_any(0, g, a, b, c);
}

/* A's imaginary part after the real one, and B's. */
static void complex_conj_across(
	const struct gemm *g, const float *a, const float *b, float *c)
{
	float some[2 * MOST_K * ACROSS] __attribute__((aligned(64)));
	float all[2 * MOST_K * GEMM_PANEL] __attribute__((aligned(64)));
	struct gemm near = *g;

	near.a_col = ACROSS;
	near.a_im = (long)g->k * ACROSS;
	near.b_row = GEMM_PANEL;
	near.b_im = (long)g->k * GEMM_PANEL;
	gather(g->k, GEMM_PANEL, g->b_row, b, all);
	gather(g->k, GEMM_PANEL, g->b_row, b + g->b_im, all + near.b_im);
	for (int from = 0; from < g->m; from += ACROSS) {
		gather(g->k, ACROSS, g->a_col, a + from, some);
		gather(g->k, ACROSS, g->a_col, a + g->a_im + from, some + near.a_im);
		for (int i = 0; i < ACROSS; i += COMPLEX_ROWS)
			for (int j = 0; j < GEMM_PANEL; j += TILE)
				complex_tile(COMPLEX_ROWS, 1, &near, some + i, all + j,
					c + (from + i) * g->c_row + j);
	}
}

static void complex_conj_product(
	const struct gemm *g, const float *a, const float *b, float *c)
{
	if (g->a_row == 1)
		complex_conj_across(g, a, b, c);
	else
		complex_any(1, g, a, b, c);
}

const struct gemm_ops ISA_NAME(gemm_ops) = {
	.pack = pack,
	.real = real_product,
	.complex = complex_product,
	.complex_conj = complex_conj_product,
};
