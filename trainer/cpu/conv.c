/* SPDX-License-Identifier: MIT */
/* Direct 3 × 3 convolutions of one 16 × 16 image to 16 channels.
 *
 * Sixteen channels are too few for the frequency products of freq.c, and in a direct one
 * the channels that dropout removed from this image cost nothing: `kept` lists the
 * others. */
#include "cpu/ops.h"
#include "cpu/vec.h"

#include <string.h>

enum { SIDE = CONV_SIDE, WIDE = CONV_SIDE + 2, OUT = CONV_OUT };

#define UNROLL _Pragma("GCC unroll 18")
/* RUN output pixels are held in registers; sums of CHAINS parts wait less for one
 * another.
 */
#if LANES == 16
enum { RUN = 16, CHAINS = 2 };
#else
enum { RUN = 8, CHAINS = 1 };
#endif

static inline vec chains(const vec *part)
{
	vec sum = part[0];

	for (int i = 1; i < CHAINS; i++)
		sum += part[i];
	return sum;
}

/* x (16·16, c) → padded (18·18, c), wrapping around */
static void pad(int c, const float *x, float *padded)
{
	size_t row = (size_t)(SIDE * c) * sizeof(float),
	       pixel = (size_t)c * sizeof(float);

	for (int i = 0; i < WIDE; i++) {
		const float *from = x + (i + SIDE - 1) % SIDE * SIDE * c;
		float *to = padded + i * WIDE * c;

		memcpy(to, from + (SIDE - 1) * c, pixel);
		memcpy(to + c, from, row);
		memcpy(to + (SIDE + 1) * c, from, pixel);
	}
}

/* RUN pixels of one row: y (RUN, lanes) = Σ padded · w */
static inline __attribute__((always_inline)) void run_forward(int ci, const int *kept,
	int kept_count, const float *padded, const float *w, float *y)
{
	vec acc[RUN];

	UNROLL for (int i = 0; i < RUN; i++) acc[i] = (vec){0};
	for (int k = 0; k < kept_count; k++) {
		for (int r = 0; r < 3; r++) {
			const float *x = padded + r * WIDE * ci + kept[k];
			const float *p = w + (r * 3 * ci + kept[k]) * OUT;
			vec w0 = vec_load(p), w1 = vec_load(p + ci * OUT);
			vec w2 = vec_load(p + 2 * ci * OUT);

			/* each value of x is broadcast once, for three pixels */
			UNROLL for (int i = 0; i < RUN + 2; i++)
			{
				vec v = x[i * ci] - (vec){0};

				if (i < RUN)
					acc[i] += w0 * v;
				if (i > 0 && i <= RUN)
					acc[i - 1] += w1 * v;
				if (i > 1)
					acc[i - 2] += w2 * v;
			}
		}
	}
	UNROLL for (int i = 0; i < RUN; i++) vec_store(y + i * OUT, acc[i]);
}

/* x (16·16, ci), w (9, ci, 16) → y (16·16, 16). Backward to the input of a 16 → 16
 * convolution is the same with the weights turned around and transposed. */
static void forward(int ci, const int *kept, int kept_count, const float *x,
	const float *w, float *padded, float *y)
{
	pad(ci, x, padded);
	for (int i = 0; i < SIDE; i++)
		for (int j = 0; j < SIDE; j += RUN)
			for (int l = 0; l < OUT; l += LANES)
				run_forward(ci, kept, kept_count,
					padded + (i * WIDE + j) * ci, w + l,
					y + (i * SIDE + j) * OUT + l);
}

/* x (16·16, ci), dy (16·16, 16) → dw (9, ci, 16) += */
static void weights(int ci, const int *kept, int kept_count, const float *in,
	const float *dy, float *padded, float *dw)
{
	pad(ci, in, padded);
	for (int i = 0; i < SIDE; i++) {
		for (int j = 0; j < SIDE * OUT / LANES; j += RUN) {
			/* LANES of the 16 channels, RUN pixels from `left` on */
			int l = j / SIDE * LANES, left = j % SIDE;
			vec g[RUN];

			UNROLL for (int p = 0; p < RUN; p++) g[p] =
				vec_load(dy + (i * SIDE + left + p) * OUT + l);
			for (int k = 0; k < kept_count * 3; k++) {
				int channel = kept[k / 3], r = k % 3;
				const float *x =
					padded + ((i + r) * WIDE + left) * ci + channel;
				float *o = dw + (r * 3 * ci + channel) * OUT + l;
				vec a[CHAINS] = {0}, b[CHAINS] = {0}, c[CHAINS] = {0};

				UNROLL for (int p = 0; p < RUN; p++)
				{
					a[p % CHAINS] += g[p] * x[p * ci];
					b[p % CHAINS] += g[p] * x[(p + 1) * ci];
					c[p % CHAINS] += g[p] * x[(p + 2) * ci];
				}
				vec_add_to(o, chains(a));
				vec_add_to(o + ci * OUT, chains(b));
				vec_add_to(o + 2 * ci * OUT, chains(c));
			}
		}
	}
}

const struct conv_ops ISA_NAME(conv_ops) = {.forward = forward, .weights = weights};
