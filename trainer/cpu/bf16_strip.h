/* SPDX-License-Identifier: MIT */
/* One strip of a product of bfloat16: A packed 16 rows at a time, and multiplied by a
 * packed B into 32 columns, by the tiles of AMX or by vectors. */
#ifndef TRAINER_BF16_STRIP_H
#define TRAINER_BF16_STRIP_H

#include "cpu/bf16.h"
#include "cpu/ops.h"

enum { MOST_K = 256, MOST_STEPS = MOST_K / BF16_STEP, PAIRS = BF16_STEP / 2 };
enum { B_ROW = 2 * GEMM_PANEL, B_BLOCK = PAIRS * B_ROW };

/* 16 rows of A, by blocks of 32 columns. */
struct packed_a {
	const uint16_t *re, *im;
};

/* A panel of B, by pairs of rows. */
struct packed_b {
	const uint16_t *re, *im, *im_negated;
};

static void negate(const uint16_t *x, int count, uint16_t *to)
{
	for (int i = 0; i < count; i++)
		to[i] = x[i] ^ 0x8000; /* NOLINT(clang-analyzer-core.*): k > 0 */
}

/* Packs `rows` rows of A, strip after strip. A block has 16 rows of 32 values, or, where
 * A lies across (a_row is 1, with whole strips) and vectors take it, 16 pairs of columns
 * of 16 rows: there is nothing to turn. */
#ifdef __AMX_BF16__

static void pack_across(const struct gemm *g, int rows, const float *a, uint16_t *to)
{
	for (int i = 0; i < rows; i += BF16_ROWS)
		for (int k = 0; k < g->k; k += BF16_STEP, to += BF16_BLOCK) {
			int left = g->k - k < BF16_STEP ? g->k - k : BF16_STEP;

			bf16_turn(a + i + k * g->a_col, g->a_col, BF16_ROWS, left, to);
		}
}

#else

/* In the order that memory has it. */
static void pack_across(const struct gemm *g, int rows, const float *a, uint16_t *to)
{
	int size = bf16_steps(g->k) * BF16_BLOCK;

	for (int k = 0; k < g->k; k += 2, to += 2 * BF16_ROWS)
		for (int i = 0; i < rows; i += BF16_ROWS) {
			const float *x = a + i + k * g->a_col;

			bf16_pairs(x, k + 1 < g->k ? x + g->a_col : NULL,
				to + i / BF16_ROWS * size);
		}
}

#endif

static void pack_a(const struct gemm *g, int rows, const float *a, uint16_t *to)
{
	int size = bf16_steps(g->k) * BF16_BLOCK;

	if (g->a_row == 1) {
		pack_across(g, rows, a, to);
		return;
	}
	for (int i = 0; i < rows; i++) {
		uint16_t *row = to + i / BF16_ROWS * size + i % BF16_ROWS * BF16_STEP;

		for (int k = 0; k < g->k; k += BF16_STEP, row += BF16_BLOCK)
			bf16_row(a + i * g->a_row + k,
				g->k - k < BF16_STEP ? g->k - k : BF16_STEP, row);
	}
}

/* One strip: c (rows × 32) (+)= a · b, of the complex form re and im. */
#ifdef __AMX_BF16__

/* Loads or stores a strip of C. 0 and 1: re, 2 and 3: im, by halves of the columns; 4 and
 * 5: A; 6 and 7: B */
#define MOVE_STRIP(move, g, complex, c)                                                  \
	do {                                                                             \
		size_t row = (size_t)(g)->c_row * sizeof(float);                         \
		move(0, c, row);                                                         \
		move(1, (c) + 16, row);                                                  \
		if (complex) {                                                           \
			move(2, (c) + (g)->c_im, row);                                   \
			move(3, (c) + (g)->c_im + 16, row);                              \
		}                                                                        \
	} while (0)

/* A's parts in 4 and 5 by one half of B's. */
#define COMPLEX_HALF(at, y_re, y_im)                                                     \
	do {                                                                             \
		_tile_loadd(6, b->re + (at), B_ROW * 2);                                 \
		_tile_loadd(7, b->im + (at), B_ROW * 2);                                 \
		_tile_dpbf16ps(y_re, 4, 6);                                              \
		_tile_dpbf16ps(y_im, 5, 6);                                              \
		_tile_loadd(6, b->im_negated + (at), B_ROW * 2);                         \
		_tile_dpbf16ps(y_im, 4, 7);                                              \
		_tile_dpbf16ps(y_re, 5, 6);                                              \
	} while (0)

static void whole_strip(const struct gemm *g, int complex, const struct packed_a *a,
	const struct packed_b *b, float *c)
{
	if (g->add) {
		MOVE_STRIP(_tile_loadd, g, complex, c);
	} else {
		_tile_zero(0);
		_tile_zero(1);
		_tile_zero(2);
		_tile_zero(3);
	}
	for (int s = 0; s < bf16_steps(g->k); s++) {
		int at = s * B_BLOCK;

		_tile_loadd(4, a->re + s * BF16_BLOCK, BF16_STEP * 2);
		if (complex) {
			_tile_loadd(5, a->im + s * BF16_BLOCK, BF16_STEP * 2);
			COMPLEX_HALF(at, 0, 2);
			COMPLEX_HALF(at + B_ROW / 2, 1, 3);
			continue;
		}
		_tile_loadd(6, b->re + at, B_ROW * 2);
		_tile_loadd(7, b->re + at + B_ROW / 2, B_ROW * 2);
		_tile_dpbf16ps(0, 4, 6);
		_tile_dpbf16ps(1, 4, 7);
	}
	MOVE_STRIP(_tile_stored, g, complex, c);
}

/* Fewer rows than a tile has go by way of a whole strip. */
static void strip(const struct gemm *g, int complex, int rows, const struct packed_a *a,
	const struct packed_b *b, float *c)
{
	float whole[2 * BF16_ROWS * GEMM_PANEL] __attribute__((aligned(64)));
	struct gemm apart = *g;

	if (rows == BF16_ROWS) {
		whole_strip(g, complex, a, b, c);
		return;
	}
	apart.add = 0;
	apart.c_row = GEMM_PANEL;
	apart.c_im = BF16_ROWS * GEMM_PANEL;
	whole_strip(&apart, complex, a, b, whole);
	for (int part = 0; part <= complex; part++)
		for (int i = 0; i < rows * GEMM_PANEL; i++) {
			float *to = c + part * g->c_im + i / GEMM_PANEL * g->c_row +
				    i % GEMM_PANEL;

			*to = (g->add ? *to : 0) + whole[part * apart.c_im + i];
		}
}

#else

enum { REAL_ROWS = 8, COMPLEX_ROWS = 4, TILE = 2 * LANES };

#define UNROLL _Pragma("GCC unroll 8")

/* sum (2 vectors) += a pair of A by a pair of B's rows */
static inline __attribute__((always_inline)) void add_pair(
	vec *sum, const uint16_t *a, const uint16_t *b)
{
	sum[0] = bf16_add(sum[0], a, b);
	sum[1] = bf16_add(sum[1], a, b + 2 * LANES);
}

static inline __attribute__((always_inline)) void begin(int add, vec *sum, const float *c)
{
	sum[0] = add ? vec_load(c) : (vec){0};
	sum[1] = add ? vec_load(c + LANES) : (vec){0};
}

static inline __attribute__((always_inline)) void end(const vec *sum, float *c)
{
	vec_store(c, sum[0]);
	vec_store(c + LANES, sum[1]);
}

/* Two vectors of some rows of C; a row and a pair of A lie `row` and `pair` apart. */
static inline __attribute__((always_inline)) void tile(int rows, int complex,
	const struct gemm *g, const struct packed_a *a, const struct packed_b *b,
	int first, int row, int pair, int from, float *c)
{
	vec re[REAL_ROWS][2], im[COMPLEX_ROWS][2];

	UNROLL for (int i = 0; i < rows; i++)
	{
		begin(g->add, re[i], c + i * g->c_row);
		if (complex)
			begin(g->add, im[i], c + g->c_im + i * g->c_row);
	}
	for (int k = 0; k < (g->k + 1) / 2; k++) {
		int in = k / PAIRS * BF16_BLOCK + k % PAIRS * pair + first * row;
		int at = k * B_ROW + 2 * from;

		UNROLL for (int i = 0; i < rows; i++)
		{
			add_pair(re[i], a->re + in + i * row, b->re + at);
			if (!complex)
				continue;
			add_pair(im[i], a->re + in + i * row, b->im + at);
			add_pair(re[i], a->im + in + i * row, b->im_negated + at);
			add_pair(im[i], a->im + in + i * row, b->re + at);
		}
	}
	UNROLL for (int i = 0; i < rows; i++)
	{
		end(re[i], c + i * g->c_row);
		if (complex)
			end(im[i], c + g->c_im + i * g->c_row);
	}
}

static inline __attribute__((always_inline)) void strip(const struct gemm *g, int complex,
	int rows, const struct packed_a *a, const struct packed_b *b, float *c)
{
	const int at_once = complex ? COMPLEX_ROWS : REAL_ROWS;

	for (int j = 0; j < GEMM_PANEL; j += TILE) {
		int i = 0;

		if (g->a_row == 1)
			for (; i < BF16_ROWS; i += at_once)
				tile(at_once, complex, g, a, b, i, 2, BF16_STEP, j,
					c + i * g->c_row + j);
		for (; i + at_once <= rows; i += at_once)
			tile(at_once, complex, g, a, b, i, BF16_STEP, 2, j,
				c + i * g->c_row + j);
		for (; i < rows; i++)
			tile(1, complex, g, a, b, i, BF16_STEP, 2, j,
				c + i * g->c_row + j);
	}
}

#endif

#endif
