/* SPDX-License-Identifier: MIT */
/* The last layer: 512 features → 10 classes. */
#include "cpu/ops.h"
#include "cpu/vec.h"

/* x (512), w (512, 16), bias (16) → y (16), one image */
static void forward(const float *x, const float *w, const float *bias, float *y)
{
	for (int l = 0; l < NET_COLUMNS; l += LANES) {
		vec a = vec_load(bias + l), b = {0};

		for (int k = 0; k < NET_FEATURES; k += 2) {
			a += vec_load(w + k * NET_COLUMNS + l) * x[k];
			b += vec_load(w + (k + 1) * NET_COLUMNS + l) * x[k + 1];
		}
		vec_store(y + l, a + b);
	}
}

/* dy (16), wt (10, 512) → dx (512), one image */
static void backward(const float *dy, const float *wt, float *dx)
{
	for (int k = 0; k < NET_FEATURES; k += LANES) {
		vec a = {0};

		for (int j = 0; j < NET_CLASSES; j++)
			a += vec_load(wt + j * NET_FEATURES + k) * dy[j];
		vec_store(dx + k, a);
	}
}

/* x (images, 512), dy (images, 16) → dw (512, 16), rows from … to, multiples of 4 */
static void weights(
	int images, int from, int to, const float *x, const float *dy, float *dw)
{
	for (int k = from; k < to; k += 4) {
		for (int l = 0; l < NET_COLUMNS; l += LANES) {
			vec a = {0}, b = {0}, c = {0}, d = {0};

			for (int i = 0; i < images; i++) {
				const float *p = x + (long)i * NET_FEATURES + k;
				vec g = vec_load(dy + i * NET_COLUMNS + l);

				a += g * p[0];
				b += g * p[1];
				c += g * p[2];
				d += g * p[3];
			}
			vec_store(dw + k * NET_COLUMNS + l, a);
			vec_store(dw + (k + 1) * NET_COLUMNS + l, b);
			vec_store(dw + (k + 2) * NET_COLUMNS + l, c);
			vec_store(dw + (k + 3) * NET_COLUMNS + l, d);
		}
	}
}

const struct linear_ops ISA_NAME(linear_ops) = {
	.forward = forward,
	.backward = backward,
	.weights = weights,
};
