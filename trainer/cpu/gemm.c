/* SPDX-License-Identifier: MIT */
/* Matrix products, real and complex, on register tiles of a few rows × two vectors.
 *
 * A panel of C (m × 32) (+)= A (m × k) · B (k × 32); A's element (i, j) lies at a[i *
 * a_row + j * a_col]; B and C have rows b_row and c_row apart. Where A lies across, its
 * columns and B's are far apart in memory, a few sets of the first cache have to do for
 * all of them: both are copied together first, each line once. */
#include "cpu/ahead.h"
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

enum { ACROSS = 16, MOST_K = 256 };

/* 32 columns of B, side by side. */
static inline __attribute__((always_inline)) void gather(
	int rows, long row, const float *from, float *to)
{
	for (int k = 0; k < rows; k++)
		for (int j = 0; j < GEMM_PANEL; j += LANES)
			vec_store(to + k * GEMM_PANEL + j, vec_load(from + k * row + j));
}

/* From one strip to the next; a multiple of a page would meet few sets of the cache. */
static long strip_size(const struct gemm *g)
{
	return (long)(g->k + 1) * ACROSS;
}

/* A that lies across, by strips of 16 of its rows, read in the order it has in memory. */
static void gather_strips(const struct gemm *g, const float *a, float *to)
{
	for (int k = 0; k < g->k; k++, to += ACROSS) {
		float *strip = to;

		for (int i = 0; i < g->m; i += ACROSS, strip += strip_size(g))
			for (int j = 0; j < ACROSS; j += LANES)
				vec_store(strip + j, vec_load(a + k * g->a_col + i + j));
	}
}

static inline __attribute__((always_inline)) void tile(int rows, int complex, int conj,
	const struct gemm *g, const float *a, const float *b, float *c)
{
	if (complex)
		complex_tile(rows, conj, g, a, b, c);
	else
		real_tile(rows, g, a, b, c);
}

static inline __attribute__((always_inline)) void across(int complex, int conj,
	const struct gemm *g, const float *a, const float *b, float *c)
{
	float panel[2 * MOST_K * GEMM_PANEL] __attribute__((aligned(64)));
	const int at_once = complex ? COMPLEX_ROWS : REAL_ROWS;
	int tiles = g->m / at_once;
	struct gemm near = *g;

	near.a_col = ACROSS;
	near.a_im = g->m / ACROSS * strip_size(g);
	near.b_row = GEMM_PANEL;
	near.b_im = (long)g->k * GEMM_PANEL;
	for (int part = 0; part <= complex; part++)
		gather_strips(g, a + part * g->a_im, g->room + part * near.a_im);
	for (int p = 0; p < g->panels; p++, c += g->c_panel) {
		for (int part = 0; part <= complex; part++)
			gather(g->k, g->b_row, b + part * g->b_im + p * g->b_panel,
				panel + part * near.b_im);
		for (int i = 0; i < tiles; i++) {
			int from = i * at_once;

			ahead_product(g, complex, a, b, p * tiles + i, g->panels * tiles);
			for (int j = 0; j < GEMM_PANEL; j += TILE)
				tile(at_once, complex, conj, &near,
					g->room + from / ACROSS * strip_size(g) +
						from % ACROSS,
					panel + j, c + from * g->c_row + j);
		}
	}
}

static inline __attribute__((always_inline)) void by_rows(int complex, int conj,
	const struct gemm *g, const float *a, const float *b, float *c)
{
	const int at_once = complex ? COMPLEX_ROWS : REAL_ROWS;

	for (int j = 0; j < GEMM_PANEL; j += TILE) {
		int i = 0;

		for (; i + at_once <= g->m; i += at_once)
			tile(at_once, complex, conj, g, a + i * g->a_row, b + j,
				c + i * g->c_row + j);
		for (; i < g->m; i++)
			tile(1, complex, conj, g, a + i * g->a_row, b + j,
				c + i * g->c_row + j);
	}
}

static inline __attribute__((always_inline)) void product(int complex, int conj,
	const struct gemm *g, const float *a, const float *b, float *c)
{
	if (g->a_row == 1) {
		across(complex, conj, g, a, b, c);
		return;
	}
	for (int p = 0; p < g->panels; p++)
		by_rows(complex, conj, g, a, b + p * g->b_panel, c + p * g->c_panel);
}

static void real_product(const struct gemm *g, const float *a, const float *b, float *c)
{
	product(0, 0, g, a, b, c);
}

static void complex_product(
	const struct gemm *g, const float *a, const float *b, float *c)
{
	product(1, 0, g, a, b, c);
}

static void complex_conj_product(
	const struct gemm *g, const float *a, const float *b, float *c)
{
	product(1, 1, g, a, b, c);
}

const struct gemm_ops ISA_NAME(gemm_ops) = {
	.pack = pack,
	.real = real_product,
	.complex = complex_product,
	.complex_conj = complex_conj_product,
};
