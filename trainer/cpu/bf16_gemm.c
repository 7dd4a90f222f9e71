/* SPDX-License-Identifier: MIT */
/* The products of gemm.c with factors rounded to bfloat16: each is packed, B once and A
 * by 16 rows, and multiplied from there. The packing takes a few percent of what a
 * product in float does. */
#include "cpu/ahead.h"
#include "cpu/bf16_strip.h"

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

/* Panels that are packed together, so that A is packed once for all of them. */
enum { TOGETHER = 4, FORMS = 3, FORM = MOST_STEPS * B_BLOCK };
struct panels {
	int at, count;
	struct packed_b b[TOGETHER];
};

_Static_assert(TOGETHER *FORMS *FORM <= 2 * GEMM_ROOM, "room for packed panels");

/* One panel of B in the forms that products take; `place`: its room. */
static void pack_panel(
	const struct gemm *g, int complex, const float *b, int place, struct packed_b *to)
{
	uint16_t *room;

	if (g->packed) {
		to->re = (const uint16_t *)(const void *)b;
		to->im = (const uint16_t *)(const void *)(b + g->b_im);
		to->im_negated = to->im + g->k * GEMM_PANEL;
		return;
	}
	room = (uint16_t *)(void *)g->room + (long)place * FORMS * FORM;
	*to = (struct packed_b){room, room + FORM, room + 2 * FORM};
	pack_b(g->k, g->b_row, b, room);
	if (complex) {
		pack_b(g->k, g->b_row, b + g->b_im, room + FORM);
		negate(room + FORM, bf16_steps(g->k) * B_BLOCK, room + 2 * FORM);
	}
}

/* Strips of A from row `first` on, as many as stay in the first cache, by some panels. */
static inline __attribute__((always_inline)) int strips(int complex, int conj,
	const struct gemm *g, int first, const struct panels *panels, const float *a,
	const float *b, float *c)
{
	enum { BLOCKS = 16 };
	uint16_t re[BLOCKS * BF16_BLOCK] __attribute__((aligned(64)));
	uint16_t im[BLOCKS * BF16_BLOCK] __attribute__((aligned(64)));
	int size = bf16_steps(g->k) * BF16_BLOCK;
	int most = BLOCKS / (1 + complex) / bf16_steps(g->k) * BF16_ROWS;
	int rows = g->m - first < most ? g->m - first : most;

	pack_a(g, rows, a + first * g->a_row, re);
	if (complex)
		pack_a(g, rows, a + first * g->a_row + g->a_im, im);
	if (conj)
		negate(im, (rows + BF16_ROWS - 1) / BF16_ROWS * size, im);
	for (int j = 0; j < panels->count; j++)
		for (int i = 0; i < rows; i += BF16_ROWS) {
			int some = rows - i < BF16_ROWS ? rows - i : BF16_ROWS;
			int panel = panels->at + j;
			long at = (long)i / BF16_ROWS * size;
			struct packed_a packed = {re + at, im + at};

			if (g->a_row == 1)
				ahead_product(g, complex, a, b,
					(panel * g->m + first + i) / BF16_ROWS,
					g->panels * g->m / BF16_ROWS);
			strip(g, complex, some, &packed, &panels->b[j],
				c + (first + i) * g->c_row + panel * g->c_panel);
		}
	return rows;
}

static inline __attribute__((always_inline)) void product(int complex, int conj,
	const struct gemm *g, const float *a, const float *b, float *c)
{
	struct panels p;

	bf16_begin();
	for (p.at = 0; p.at < g->panels; p.at += TOGETHER) {
		int left = g->panels - p.at;

		p.count = left < TOGETHER ? left : TOGETHER;
		for (int j = 0; j < p.count; j++)
			pack_panel(g, complex, b + (p.at + j) * g->b_panel, j, &p.b[j]);
		for (int i = 0; i < g->m;)
			i += strips(complex, conj, g, i, &p, a, b, c);
	}
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
