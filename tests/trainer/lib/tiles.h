/* SPDX-License-Identifier: MIT */
/* Stands in for AMX where a processor has none: its eight tiles and the instructions that
 * the kernels use, in plain C. Included before a kernel's file by the command line.
 * Source: Intel 64 and IA-32 Architectures Software Developer's Manual, TDPBF16PS. */
#ifndef TRAINER_TESTS_TILES_H
#define TRAINER_TESTS_TILES_H

#define __AMX_BF16__              1
#define _tile_loadconfig(config)  ((void)(config))
#define _tile_zero(t)             memset(tile[t], 0, sizeof(tile[t]))
#define _tile_loadd(t, from, row) tile_load(t, from, (size_t)(row))
#define _tile_stored(t, to, row)  tile_store(t, to, (size_t)(row))
#define _tile_dpbf16ps(y, a, b)   tile_products(y, a, b)

#include "cpu/bf16.h"

enum { TILES = 8, TILE_ROWS = 16, TILE_BYTES = 64 };

static _Thread_local char tile[TILES][TILE_ROWS][TILE_BYTES];

static inline void tile_load(int t, const void *from, size_t row)
{
	for (size_t i = 0; i < TILE_ROWS; i++)
		memcpy(tile[t][i], (const char *)from + i * row, TILE_BYTES);
}

static inline void tile_store(int t, void *to, size_t row)
{
	for (size_t i = 0; i < TILE_ROWS; i++)
		memcpy((char *)to + i * row, tile[t][i], TILE_BYTES);
}

static inline float tile_value(const char *half)
{
	uint16_t bits;

	memcpy(&bits, half, sizeof(bits));
	return bf16_value(bits);
}

/* y (16, 16) += a (16, 16 pairs) · b (16 pairs, 16) */
static inline void tile_products(int y, int a, int b)
{
	for (int i = 0; i < TILE_ROWS; i++)
		for (int j = 0; j < 16; j++) {
			float sum;

			memcpy(&sum, &tile[y][i][4 * j], sizeof(sum));
			for (int k = 0; k < 16; k++)
				for (int h = 0; h < 4; h += 2)
					sum += tile_value(&tile[a][i][4 * k + h]) *
					       tile_value(&tile[b][k][4 * j + h]);
			memcpy(&tile[y][i][4 * j], &sum, sizeof(sum));
		}
}

#endif
