/* SPDX-License-Identifier: MIT */
/* 1 × 1 convolutions of one 16 × 16 image to 16 channels. */
#include "cpu/ops.h"
#include "cpu/vec.h"

enum { OUT = CONV_OUT };

#define UNROLL _Pragma("GCC unroll 8")

/* x (16·16, ci), w (ci, 16) → y (16·16, 16) */
static void forward(int ci, const float *x, const float *w, float *y)
{
	for (int l = 0; l < OUT; l += LANES) {
		for (int i = 0; i < CONV_PIXELS; i += 8) {
			const float *p = x + i * ci;
			vec acc[8];

			UNROLL for (int j = 0; j < 8; j++) acc[j] = (vec){0};
			for (int k = 0; k < ci; k++) {
				vec v = vec_load(w + k * OUT + l);
				UNROLL for (int j = 0; j < 8; j++) acc[j] +=
					v * p[j * ci + k];
			}
			UNROLL for (int j = 0; j < 8; j++)
				vec_store(y + (i + j) * OUT + l, acc[j]);
		}
	}
}

/* x (16·16, ci), dy (16·16, 16) → dw (ci, 16) += ; ci is a multiple of 4 */
static void weights(int ci, const float *x, const float *dy, float *dw)
{
	for (int l = 0; l < OUT; l += LANES) {
		for (int k = 0; k < ci; k += 4) {
			vec acc[4] = {{0}, {0}, {0}, {0}};

			for (int i = 0; i < CONV_PIXELS; i++) {
				vec v = vec_load(dy + i * OUT + l);
				UNROLL for (int j = 0; j < 4; j++) acc[j] +=
					v * x[i * ci + k + j];
			}
			UNROLL for (int j = 0; j < 4; j++)
				vec_add_to(dw + (k + j) * OUT + l, acc[j]);
		}
	}
}

const struct point_ops ISA_NAME(point_ops) = {.forward = forward, .weights = weights};
