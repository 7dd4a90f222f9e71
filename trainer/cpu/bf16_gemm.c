/* SPDX-License-Identifier: MIT */
/* The products of gemm.c with factors rounded to bfloat16: each is packed, B once and A
 * by 16 rows, and multiplied from there. The packing takes a few percent of what a
 * product in float does. */
#include "cpu/bf16.h"
#include "cpu/ops.h"

enum { MOST_K = 256, MOST_STEPS = MOST_K / BF16_STEP, PAIRS = BF16_STEP / 2 };
enum { B_ROW = 2 * GEMM_PANEL, B_BLOCK = PAIRS * B_ROW };

/* The factors of one product: real and imaginary part, and the latter negated. */
struct packed {
	const uint16_t *b[3];
	uint16_t a[2][MOST_STEPS * BF16_BLOCK] __attribute__((aligned(64)));
	int steps;
};

static void pack_b(int k, long row, const float *b, uint16_t *to)
{
	int i = 0;

	for (; i < k; i += 2, to += B_ROW)
		for (int j = 0; j < GEMM_PANEL; j += BF16_LANES) {
			const float *p = b + i * row + j;

			bf16_pairs(p, i + 1 < k ? p + row : NULL, to + 2 * j);
		}
	for (; i < bf16_steps(k) * BF16_STEP; i += 2, to += B_ROW)
		memset(to, 0, B_ROW * sizeof(*to));
}

static void negate(const uint16_t *x, int count, uint16_t *to)
{
	for (int i = 0; i < count; i++)
		to[i] = x[i] ^ 0x8000; /* NOLINT(clang-analyzer-core.*): k > 0 */
}

/* The first half of b's room becomes its packed form, the second that negated. */
static void pack(int k, bool imaginary, float *b)
{
	uint16_t half[2 * MOST_K * GEMM_PANEL] __attribute__((aligned(64)));
	int count = k * GEMM_PANEL;

	pack_b(k, GEMM_PANEL, b, half);
	if (imaginary)
		negate(half, count, half + count);
	memcpy(b, half, (size_t)(imaginary ? 2 * count : count) * sizeof(*half));
}

/* `rows` rows of A; where they lie across (a_row is 1) there are always 16. */
static void pack_a(const struct gemm *g, int rows, const float *a, uint16_t *to)
{
	for (int k = 0; k < g->k; k += BF16_STEP, to += BF16_BLOCK) {
		int left = g->k - k < BF16_STEP ? g->k - k : BF16_STEP;

		if (g->a_row == 1) {
			bf16_turn(a + k * g->a_col, g->a_col, BF16_ROWS, left, to);
			continue;
		}
		for (int i = 0; i < rows; i++)
			bf16_row(a + i * g->a_row + k, left, to + i * BF16_STEP);
	}
}

/* One strip: c (rows × 32) (+)= a · b, of the complex form re and im. */
#ifdef __AMX_BF16__

/* 0 and 1: re, 2 and 3: im, by halves of the columns; 4 and 5: A; 6 and 7: B */
static void load_strip(const struct gemm *g, int complex, const float *c)
{
	size_t row = (size_t)g->c_row * sizeof(float);

	_tile_loadd(0, c, row);
	_tile_loadd(1, c + 16, row);
	if (!complex)
		return;
	_tile_loadd(2, c + g->c_im, row);
	_tile_loadd(3, c + g->c_im + 16, row);
}

static void store_strip(const struct gemm *g, int complex, float *c)
{
	size_t row = (size_t)g->c_row * sizeof(float);

	_tile_stored(0, c, row);
	_tile_stored(1, c + 16, row);
	if (!complex)
		return;
	_tile_stored(2, c + g->c_im, row);
	_tile_stored(3, c + g->c_im + 16, row);
}

/* A's parts in 4 and 5 by one half of B's. */
#define COMPLEX_HALF(at, re, im)                                                         \
	do {                                                                             \
		_tile_loadd(6, p->b[0] + (at), B_ROW * 2);                               \
		_tile_loadd(7, p->b[1] + (at), B_ROW * 2);                               \
		_tile_dpbf16ps(re, 4, 6);                                                \
		_tile_dpbf16ps(im, 5, 6);                                                \
		_tile_loadd(6, p->b[2] + (at), B_ROW * 2);                               \
		_tile_dpbf16ps(im, 4, 7);                                                \
		_tile_dpbf16ps(re, 5, 6);                                                \
	} while (0)

static void whole_strip(
	const struct gemm *g, int complex, const struct packed *p, float *c)
{
	if (g->add) {
		load_strip(g, complex, c);
	} else {
		_tile_zero(0);
		_tile_zero(1);
		_tile_zero(2);
		_tile_zero(3);
	}
	for (int s = 0; s < p->steps; s++) {
		int at = s * B_BLOCK;

		_tile_loadd(4, p->a[0] + s * BF16_BLOCK, BF16_STEP * 2);
		if (complex) {
			_tile_loadd(5, p->a[1] + s * BF16_BLOCK, BF16_STEP * 2);
			COMPLEX_HALF(at, 0, 2);
			COMPLEX_HALF(at + B_ROW / 2, 1, 3);
			continue;
		}
		_tile_loadd(6, p->b[0] + at, B_ROW * 2);
		_tile_loadd(7, p->b[0] + at + B_ROW / 2, B_ROW * 2);
		_tile_dpbf16ps(0, 4, 6);
		_tile_dpbf16ps(1, 4, 7);
	}
	store_strip(g, complex, c);
}

/* Fewer rows than a tile has go by way of a whole strip. */
static void strip(
	const struct gemm *g, int complex, int rows, const struct packed *p, float *c)
{
	float whole[2 * BF16_ROWS * GEMM_PANEL] __attribute__((aligned(64)));
	struct gemm apart = *g;

	if (rows == BF16_ROWS) {
		whole_strip(g, complex, p, c);
		return;
	}
	apart.add = 0;
	apart.c_row = GEMM_PANEL;
	apart.c_im = BF16_ROWS * GEMM_PANEL;
	whole_strip(&apart, complex, p, whole);
	for (int part = 0; part <= complex; part++)
		for (int i = 0; i < rows * GEMM_PANEL; i++) {
			float *to = c + part * g->c_im + i / GEMM_PANEL * g->c_row +
				    i % GEMM_PANEL;

			*to = (g->add ? *to : 0) + whole[part * apart.c_im + i];
		}
}

#else

enum { AT_ONCE = 4 };

#define UNROLL _Pragma("GCC unroll 4")

/* LANES columns of some rows. */
static inline __attribute__((always_inline)) void columns(int rows, const struct gemm *g,
	int complex, const uint16_t *ar, const uint16_t *ai, const struct packed *p,
	int from, float *c)
{
	vec re[AT_ONCE], im[AT_ONCE];

	UNROLL for (int i = 0; i < rows; i++)
	{
		re[i] = g->add ? vec_load(c + i * g->c_row) : (vec){0};
		im[i] = g->add && complex ? vec_load(c + g->c_im + i * g->c_row)
					  : (vec){0};
	}
	for (int k = 0; k < p->steps * PAIRS; k++) {
		int at = k * B_ROW + 2 * from;
		int a = k / PAIRS * BF16_BLOCK + k % PAIRS * 2;

		UNROLL for (int i = 0; i < rows; i++)
		{
			const uint16_t *r = ar + a + i * BF16_STEP;
			const uint16_t *m = ai + a + i * BF16_STEP;

			re[i] = bf16_add(re[i], r, p->b[0] + at);
			if (!complex)
				continue;
			re[i] = bf16_add(re[i], m, p->b[2] + at);
			im[i] = bf16_add(im[i], r, p->b[1] + at);
			im[i] = bf16_add(im[i], m, p->b[0] + at);
		}
	}
	UNROLL for (int i = 0; i < rows; i++)
	{
		vec_store(c + i * g->c_row, re[i]);
		if (complex)
			vec_store(c + g->c_im + i * g->c_row, im[i]);
	}
}

static inline __attribute__((always_inline)) void strip(
	const struct gemm *g, int complex, int rows, const struct packed *p, float *c)
{
	for (int j = 0; j < GEMM_PANEL; j += LANES) {
		int i = 0;

		for (; i + AT_ONCE <= rows; i += AT_ONCE)
			columns(AT_ONCE, g, complex, p->a[0] + i * BF16_STEP,
				p->a[1] + i * BF16_STEP, p, j, c + i * g->c_row + j);
		for (; i < rows; i++)
			columns(1, g, complex, p->a[0] + i * BF16_STEP,
				p->a[1] + i * BF16_STEP, p, j, c + i * g->c_row + j);
	}
}

#endif

static inline __attribute__((always_inline)) void multiply(int complex, int conj,
	const struct gemm *g, const float *a, struct packed *p, float *c)
{
	for (int i = 0; i < g->m; i += BF16_ROWS) {
		int rows = g->m - i < BF16_ROWS ? g->m - i : BF16_ROWS;
		const float *from = a + i * g->a_row;

		pack_a(g, rows, from, p->a[0]);
		if (complex)
			pack_a(g, rows, from + g->a_im, p->a[1]);
		if (conj)
			negate(p->a[1], p->steps * BF16_BLOCK, p->a[1]);
		strip(g, complex, rows, p, c + i * g->c_row);
	}
}

static inline __attribute__((always_inline)) void product(int complex, int conj,
	const struct gemm *g, const float *a, const float *b, float *c)
{
	uint16_t room[3][MOST_STEPS * B_BLOCK] __attribute__((aligned(64)));
	struct packed p;

	bf16_begin();
	p.steps = bf16_steps(g->k);
	p.b[0] = g->packed ? (const uint16_t *)(const void *)b : room[0];
	p.b[1] = g->packed ? (const uint16_t *)(const void *)(b + g->b_im) : room[1];
	p.b[2] = g->packed ? p.b[1] + g->k * GEMM_PANEL : room[2];
	if (!g->packed)
		pack_b(g->k, g->b_row, b, room[0]);
	if (!g->packed && complex) {
		pack_b(g->k, g->b_row, b + g->b_im, room[1]);
		negate(room[1], p.steps * B_BLOCK, room[2]);
	}
	multiply(complex, conj, g, a, &p, c);
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
