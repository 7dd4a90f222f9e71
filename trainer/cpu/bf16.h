/* SPDX-License-Identifier: MIT */
/* Products of factors rounded to bfloat16, their sums in float: packing, and one tile of
 * a product. Compiled for processors with AMX, for those with vdpbf16ps, and as plain C,
 * which is what the others are tested against.
 *
 * A packed A is a row of blocks (16 rows, 32 values), a packed B one of (16 pairs of
 * rows, n columns, 2), both with 0 where k ends: what a tile register holds, and what
 * vdpbf16ps takes. */
#ifndef TRAINER_BF16_H
#define TRAINER_BF16_H

#include "cpu/vec.h"

#include <stdint.h>
#include <string.h>

#ifdef __AVX512BF16__
#include <immintrin.h>
#endif

enum { BF16_ROWS = 16, BF16_STEP = 32, BF16_LANES = 16, BF16_BLOCK = 16 * 32 };

static inline int bf16_steps(int k)
{
	return (k + BF16_STEP - 1) / BF16_STEP;
}

#ifdef __AVX512BF16__

/* The first `count` of 16 values, then 0. */
static inline __m512 bf16_some(const float *p, int count)
{
	return count >= BF16_LANES
		       ? _mm512_loadu_ps(p)
		       : _mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), p);
}

/* Of 16 values of x and 16 of y those of the list `order` (32), where 16 and more are
 * y's. */
static inline __m512i bf16_order(const uint16_t *order, __m512 x, __m512 y)
{
	return _mm512_permutexvar_epi16(
		_mm512_loadu_si512(order), (__m512i)_mm512_cvtne2ps_pbh(y, x));
}

/* x0 y0 x1 y1 …: 16 pairs, of which `count` are read; y NULL: 0. */
static inline __m512i bf16_zip(int count, const float *x, const float *y)
{
	static const uint16_t order[32] __attribute__((aligned(64))) = {0, 16, 1, 17, 2,
		18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23, 8, 24, 9, 25, 10, 26, 11, 27, 12,
		28, 13, 29, 14, 30, 15, 31};

	return bf16_order(order, bf16_some(x, count),
		y ? bf16_some(y, count) : _mm512_setzero_ps());
}

static inline void bf16_pairs(const float *x, const float *y, uint16_t *to)
{
	_mm512_storeu_si512(to, bf16_zip(BF16_LANES, x, y));
}

static inline void bf16_row(const float *x, int count, uint16_t *to)
{
	_mm512_storeu_si512(
		to, (__m512i)_mm512_cvtne2ps_pbh(
			    bf16_some(x + BF16_LANES, count > 16 ? count - 16 : 0),
			    bf16_some(x, count)));
}

/* `count` values as bfloat16, those of the list `kept` in its order, then 0. Writes 16.
 */
static inline void bf16_pick(
	const float *x, int count, const uint16_t *kept, int kept_count, uint16_t *to)
{
	__m256i v = (__m256i)_mm512_cvtneps_pbh(bf16_some(x, count));

	_mm256_storeu_si256((__m256i_u *)to,
		_mm256_maskz_permutexvar_epi16((__mmask16)((1u << kept_count) - 1),
			_mm256_loadu_si256((const __m256i_u *)kept), v));
}

/* Of `count` values of x and as many of y, as bf16_order() has them. */
static inline void bf16_pick_pairs(
	const float *x, const float *y, int count, const uint16_t *order, uint16_t *to)
{
	_mm512_storeu_si512(
		to, bf16_order(order, bf16_some(x, count), bf16_some(y, count)));
}

/* A block whose rows are `columns` columns of up to 32 rows of x, `step` floats apart. */
static inline void bf16_turn(
	const float *x, long step, int columns, int rows, uint16_t *to)
{
	__m512i a[16], b[16];

	for (int i = 0; i < 16; i++) {
		const float *p = x + 2 * i * step;

		a[i] = 2 * i >= rows
			       ? _mm512_setzero_si512()
			       : bf16_zip(columns, p, 2 * i + 1 < rows ? p + step : NULL);
	}
	for (int i = 0; i < 16; i += 2) {
		b[i] = _mm512_unpacklo_epi32(a[i], a[i + 1]);
		b[i + 1] = _mm512_unpackhi_epi32(a[i], a[i + 1]);
	}
	for (int i = 0; i < 16; i += 4)
		for (int j = 0; j < 2; j++) {
			a[i + 2 * j] = _mm512_unpacklo_epi64(b[i + j], b[i + j + 2]);
			a[i + 2 * j + 1] = _mm512_unpackhi_epi64(b[i + j], b[i + j + 2]);
		}
	for (int i = 0; i < 16; i += 8)
		for (int j = 0; j < 4; j++) {
			b[i + j] = _mm512_shuffle_i32x4(a[i + j], a[i + j + 4], 0x88);
			b[i + j + 4] = _mm512_shuffle_i32x4(a[i + j], a[i + j + 4], 0xdd);
		}
	for (int j = 0; j < 4; j++)
		for (int h = 0; h < 2; h++) {
			__m512i low = b[j + 4 * h], high = b[j + 4 * h + 8];
			int row = j + 4 * h;

			_mm512_storeu_si512(to + row * BF16_STEP,
				_mm512_shuffle_i32x4(low, high, 0x88));
			_mm512_storeu_si512(to + (row + 8) * BF16_STEP,
				_mm512_shuffle_i32x4(low, high, 0xdd));
		}
}

#else

/* To the nearest, of two the even one; what is no number stays none. */
static inline uint16_t bf16_round(float value)
{
	uint32_t bits;

	memcpy(&bits, &value, sizeof(bits));
	if ((bits & 0x7fffffff) > 0x7f800000)
		return (uint16_t)(bits >> 16 | 0x40);
	return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

static inline float bf16_value(uint16_t half)
{
	uint32_t bits = (uint32_t)half << 16;
	float value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

static inline void bf16_pairs(const float *x, const float *y, uint16_t *to)
{
	for (int i = 0; i < BF16_LANES; i++) {
		to[2 * i] = bf16_round(x[i]);
		to[2 * i + 1] = y ? bf16_round(y[i]) : 0;
	}
}

static inline void bf16_row(const float *x, int count, uint16_t *to)
{
	for (int i = 0; i < BF16_STEP; i++)
		to[i] = i < count ? bf16_round(x[i]) : 0;
}

static inline void bf16_pick(
	const float *x, int count, const uint16_t *kept, int kept_count, uint16_t *to)
{
	(void)count;
	for (int i = 0; i < BF16_LANES; i++)
		to[i] = i < kept_count ? bf16_round(x[kept[i]]) : 0;
}

static inline void bf16_pick_pairs(
	const float *x, const float *y, int count, const uint16_t *order, uint16_t *to)
{
	(void)count;
	for (int i = 0; i < BF16_STEP; i++)
		to[i] = bf16_round(
			order[i] < BF16_LANES ? x[order[i]] : y[order[i] - BF16_LANES]);
}

static inline void bf16_turn(
	const float *x, long step, int columns, int rows, uint16_t *to)
{
	for (int i = 0; i < BF16_ROWS; i++)
		for (int j = 0; j < BF16_STEP; j++)
			to[i * BF16_STEP + j] =
				i < columns && j < rows ? bf16_round(x[j * step + i]) : 0;
}

#endif

#ifdef __AMX_BF16__

/* Eight tile registers of 16 rows × 64 bytes, set up once a thread: that takes longer
 * than a product does. */
static inline void bf16_begin(void)
{
	static const struct {
		uint8_t palette, start, reserved[14];
		uint16_t bytes[16];
		uint8_t rows[16];
	} tiles __attribute__((aligned(64))) = {.palette = 1,
		.bytes = {64, 64, 64, 64, 64, 64, 64, 64},
		.rows = {16, 16, 16, 16, 16, 16, 16, 16}};
	static _Thread_local int begun;

	if (!begun)
		_tile_loadconfig(&tiles);
	begun = 1;
}

#else

static inline void bf16_begin(void)
{
}

/* A pair of A, in each lane, by pairs of B. In plain C a call: inlined into unrolled
 * loops it takes a compiler minutes. */
#ifdef __AVX512BF16__
#define BF16_ADD inline __attribute__((always_inline))
#else
#define BF16_ADD __attribute__((noinline))
#endif
static BF16_ADD vec bf16_add(vec sum, const uint16_t *a, const uint16_t *b)
{
#ifdef __AVX512BF16__
	int32_t pair;

	memcpy(&pair, a, sizeof(pair));
	return (vec)_mm512_dpbf16_ps((__m512)sum, (__m512bh)_mm512_set1_epi32(pair),
		(__m512bh)_mm512_loadu_si512(b));
#else
	for (int i = 0; i < LANES; i++) {
		/* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): as many as k > 0 */
		sum[i] += bf16_value(a[0]) * bf16_value(b[2 * i]);
		sum[i] += bf16_value(a[1]) * bf16_value(b[2 * i + 1]);
	}
	return sum;
#endif
}

#endif

#endif
