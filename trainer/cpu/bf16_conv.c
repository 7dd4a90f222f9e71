/* SPDX-License-Identifier: MIT */
/* The 3 × 3 convolutions of conv.c with factors rounded to bfloat16.
 *
 * forward: 16 pixels of a row by the 3 taps of a kernel's row. The kept channels are
 * packed closely, so that these taps lie in one run of memory from the pixel on; what a
 * run has too many of meets weights of 0. weights: the image's channels by its pixels,
 * and a gradient moved by the tap instead of the image. */
#include "cpu/bf16.h"
#include "cpu/ops.h"

enum { SIDE = CONV_SIDE, WIDE = CONV_SIDE + 2, OUT = CONV_OUT };
enum { STEPS = 2, PAIRS = SIDE / 2, B_ROW = 2 * OUT, B_BLOCK = 16 * B_ROW };

#define UNROLL _Pragma("GCC unroll 16")

struct packed {
	int wide, steps; /* channels, and blocks of 32 of three taps of them */
	/* (18·18, wide), and what the last run has too many of */
	uint16_t x[CONV_PADDED * OUT + STEPS * BF16_STEP] __attribute__((aligned(64)));
	uint16_t w[3 * STEPS * B_BLOCK] __attribute__((aligned(64)));
};

static void pack_image(
	struct packed *p, int ci, const int *kept, int kept_count, const float *x)
{
	size_t pixel = (size_t)p->wide, row = WIDE * pixel;
	uint16_t list[16] = {0};

	for (int i = 0; i < kept_count; i++)
		list[i] = (uint16_t)kept[i];
	/* Each pixel writes 16 values: in order, so that the next ones overwrite them. */
	for (int i = 0; i < SIDE; i++) {
		uint16_t *to = p->x + (size_t)(i + 1) * row;

		for (int j = 0; j < SIDE; j++)
			bf16_pick(x + (i * SIDE + j) * ci, ci, list, kept_count,
				to + (size_t)(j + 1) * pixel);
		memcpy(to, to + SIDE * pixel, pixel * sizeof(*to));
		memcpy(to + (SIDE + 1) * pixel, to + pixel, pixel * sizeof(*to));
	}
	memcpy(p->x, p->x + SIDE * row, row * sizeof(*p->x));
	memcpy(p->x + (SIDE + 1) * row, p->x + row, row * sizeof(*p->x));
	memset(p->x + WIDE * row, 0, STEPS * BF16_STEP * sizeof(*p->x));
}

/* w (9, ci, 16) → (3 rows of the kernel, STEPS, pairs of (3 taps, wide), 16) */
static void pack_weights(
	struct packed *p, int ci, const int *kept, int kept_count, const float *w)
{
	memset(p->w, 0, sizeof(p->w));
	for (int t = 0; t < 9; t++)
		for (int k = 0; k < kept_count; k += 2) {
			int pair = (t % 3 * p->wide + k) / 2;
			const float *tap = w + t * ci * OUT;

			bf16_pairs(tap + kept[k] * OUT,
				k + 1 < kept_count ? tap + kept[k + 1] * OUT : NULL,
				p->w + t / 3 * STEPS * B_BLOCK + pair * B_ROW);
		}
}

#ifdef __AMX_BF16__

/* A row of the padded image, which goes to as many rows of y as the kernel has. */
#define ROW(i)        _tile_loadd(4, x + (i)*row, pixel)
#define TO(y, kernel) _tile_dpbf16ps(y, 4, kernel)

/* Four rows of y, in tiles 0 … 3; the kernel's three in 5 … 7. */
static void four_rows(const struct packed *p, int first, float *y)
{
	long row = (long)WIDE * p->wide;
	size_t pixel = (size_t)p->wide * sizeof(*p->x);

	_tile_zero(0);
	_tile_zero(1);
	_tile_zero(2);
	_tile_zero(3);
	for (int s = 0; s < p->steps; s++) {
		const uint16_t *x = p->x + first * row + s * BF16_STEP;
		const uint16_t *w = p->w + s * B_BLOCK;

		_tile_loadd(5, w, B_ROW * 2);
		_tile_loadd(6, w + STEPS * B_BLOCK, B_ROW * 2);
		_tile_loadd(7, w + 2 * STEPS * B_BLOCK, B_ROW * 2);
		ROW(0);
		TO(0, 5);
		ROW(1);
		TO(0, 6);
		TO(1, 5);
		ROW(2);
		TO(0, 7);
		TO(1, 6);
		TO(2, 5);
		ROW(3);
		TO(1, 7);
		TO(2, 6);
		TO(3, 5);
		ROW(4);
		TO(2, 7);
		TO(3, 6);
		ROW(5);
		TO(3, 7);
	}
	_tile_stored(0, y, OUT * 4);
	_tile_stored(1, y + SIDE * OUT, OUT * 4);
	_tile_stored(2, y + 2 * SIDE * OUT, OUT * 4);
	_tile_stored(3, y + 3 * SIDE * OUT, OUT * 4);
}

static void convolve(const struct packed *p, float *y)
{
	for (int i = 0; i < SIDE; i += 4)
		four_rows(p, i, y + i * SIDE * OUT);
}

/* dy (16·16, 16) → (3 columns of the kernel, 18 rows, 8 pairs, 16), each moved by its
 * column and wrapped around */
static void pack_moved(const float *dy, uint16_t *to)
{
	for (int s = 0; s < 3; s++)
		for (int i = 0; i < WIDE; i++) {
			const float *row = dy + (i + SIDE - 1) % SIDE * SIDE * OUT;

			for (int j = 0; j < SIDE; j += 2, to += B_ROW)
				bf16_pairs(row + (j + 1 - s + SIDE) % SIDE * OUT,
					row + (j + 2 - s + SIDE) % SIDE * OUT, to);
		}
}

/* dw (3, 16, 16) of the kernel's row r: x (8 blocks), dy as pack_moved() has it */
static void row_weights(int r, const uint16_t *x, const uint16_t *dy, float *dw)
{
	_tile_zero(0);
	_tile_zero(1);
	_tile_zero(2);
	for (int i = 0; i < SIDE; i += 2) {
		const uint16_t *from = dy + (i + 2 - r) * PAIRS * B_ROW;

		_tile_loadd(3, x + i / 2 * BF16_BLOCK, BF16_STEP * 2);
		_tile_loadd(4, from, B_ROW * 2);
		_tile_loadd(5, from + WIDE * PAIRS * B_ROW, B_ROW * 2);
		_tile_loadd(6, from + 2 * WIDE * PAIRS * B_ROW, B_ROW * 2);
		_tile_dpbf16ps(0, 3, 4);
		_tile_dpbf16ps(1, 3, 5);
		_tile_dpbf16ps(2, 3, 6);
	}
	_tile_stored(0, dw, OUT * 4);
	_tile_stored(1, dw + OUT * OUT, OUT * 4);
	_tile_stored(2, dw + 2 * OUT * OUT, OUT * 4);
}

static void weights(int ci, const int *kept, int kept_count, const float *x,
	const float *dy, float *room, float *dw)
{
	uint16_t turned[PAIRS * BF16_BLOCK] __attribute__((aligned(64)));
	uint16_t moved[3 * WIDE * PAIRS * B_ROW] __attribute__((aligned(64)));
	float sum[3 * OUT * OUT] __attribute__((aligned(64)));

	(void)room;
	bf16_begin();
	for (int i = 0; i < PAIRS; i++)
		bf16_turn(x + i * BF16_STEP * ci, ci, ci, BF16_STEP,
			turned + i * BF16_BLOCK);
	pack_moved(dy, moved);
	for (int r = 0; r < 3; r++) {
		row_weights(r, turned, moved, sum);
		for (int s = 0; s < 3; s++)
			for (int k = 0; k < kept_count; k++)
				for (int l = 0; l < OUT; l += LANES)
					vec_add_to(
						dw + ((r * 3 + s) * ci + kept[k]) * OUT +
							l,
						vec_load(sum + (s * OUT + kept[k]) * OUT +
							 l));
	}
}

#else

/* LANES channels of a row of y */
static void convolve_row(const struct packed *p, const uint16_t *x, int from, float *y)
{
	vec sum[SIDE];

	UNROLL for (int j = 0; j < SIDE; j++) sum[j] = (vec){0};
	for (int r = 0; r < 3; r++)
		for (int k = 0; k < 3 * p->wide; k += 2) {
			const uint16_t *w =
				p->w + r * STEPS * B_BLOCK + k / 2 * B_ROW + 2 * from;
			const uint16_t *pair = x + r * WIDE * p->wide + k;

			UNROLL for (int j = 0; j < SIDE; j++) sum[j] =
				bf16_add(sum[j], pair + j * p->wide, w);
		}
	UNROLL for (int j = 0; j < SIDE; j++) vec_store(y + j * OUT + from, sum[j]);
}

static void convolve(const struct packed *p, float *y)
{
	for (int i = 0; i < SIDE; i++)
		for (int l = 0; l < OUT; l += LANES)
			convolve_row(p, p->x + i * WIDE * p->wide, l, y + i * SIDE * OUT);
}

enum { AROUND = 2 * PAIRS + 1 };

/* dy (16·16, 16) → (16 rows, 17, 16, 2): the row's pairs of pixels from an even one on,
 * then those from an odd one on, wrapped around, the last of which is the first too */
static void pack_around(const float *dy, uint16_t *to)
{
	for (int i = 0; i < SIDE; i++, dy += SIDE * OUT) {
		for (int j = 0; j < SIDE; j += 2, to += B_ROW)
			bf16_pairs(dy + j * OUT, dy + (j + 1) * OUT, to);
		for (int j = 0; j <= SIDE; j += 2, to += B_ROW)
			bf16_pairs(dy + (j + SIDE - 1) % SIDE * OUT, dy + j % SIDE * OUT,
				to);
	}
}

/* x (16·16, ci) → (pairs of pixels, 16, 2), the kept channels first */
static void pack_kept(
	int ci, const int *kept, int kept_count, const float *x, uint16_t *to)
{
	uint16_t order[2 * BF16_LANES] = {0};

	for (int i = 0; i < kept_count; i++) {
		order[2 * i] = (uint16_t)kept[i];
		order[2 * i + 1] = (uint16_t)(kept[i] + BF16_LANES);
	}
	for (int i = 0; i < SIDE * SIDE; i += 2, to += B_ROW)
		bf16_pick_pairs(x + i * ci, x + (i + 1) * ci, ci, order, to);
}

/* dw (9, ci, 16) += of the kernel's row r for `count` of the kept channels, of which the
 * last ones may be too many; LANES columns */
static inline __attribute__((always_inline)) void some_weights(int count, int r, int ci,
	const int *kept, int left, const uint16_t *x, const uint16_t *dy, float *dw)
{
	vec sum[3][8];

	UNROLL for (int c = 0; c < count; c++) sum[0][c] = sum[1][c] = sum[2][c] =
		(vec){0};
	for (int i = 0; i < SIDE; i++) {
		const uint16_t *even = dy + (i + 1 - r + SIDE) % SIDE * AROUND * B_ROW;
		const uint16_t *odd = even + PAIRS * B_ROW;

		for (int q = 0; q < PAIRS; q++, even += B_ROW, odd += B_ROW, x += B_ROW)
			UNROLL for (int c = 0; c < count; c++)
			{
				sum[0][c] = bf16_add(sum[0][c], x + 2 * c, odd + B_ROW);
				sum[1][c] = bf16_add(sum[1][c], x + 2 * c, even);
				sum[2][c] = bf16_add(sum[2][c], x + 2 * c, odd);
			}
	}
	for (int s = 0; s < 3; s++)
		UNROLL for (int c = 0; c < count; c++) if (c < left)
			vec_add_to(dw + ((r * 3 + s) * ci + kept[c]) * OUT, sum[s][c]);
}

static void weights(int ci, const int *kept, int kept_count, const float *x,
	const float *dy, float *room, float *dw)
{
	uint16_t some[SIDE * PAIRS * B_ROW] __attribute__((aligned(64)));
	uint16_t around[SIDE * AROUND * B_ROW] __attribute__((aligned(64)));

	(void)room;
	pack_kept(ci, kept, kept_count, x, some);
	pack_around(dy, around);
	for (int at = 0; at < 3 * OUT; at += LANES) {
		int r = at / OUT, l = at % OUT, c = 0;

		for (; c + 4 < kept_count; c += 8)
			some_weights(8, r, ci, kept + c, kept_count - c, some + 2 * c,
				around + 2 * l, dw + l);
		if (c < kept_count)
			some_weights(4, r, ci, kept + c, kept_count - c, some + 2 * c,
				around + 2 * l, dw + l);
	}
}

#endif

static void forward(int ci, const int *kept, int kept_count, const float *x,
	const float *w, float *room, float *y)
{
	struct packed p;

	(void)room;
	bf16_begin();
	p.wide = kept_count > 1 ? (kept_count + 1) / 2 * 2 : 2;
	p.steps = bf16_steps(3 * p.wide);
	pack_image(&p, ci, kept, kept_count, x);
	pack_weights(&p, ci, kept, kept_count, w);
	convolve(&p, y);
}

const struct conv_ops ISA_NAME(conv_ops) = {.forward = forward, .weights = weights};
