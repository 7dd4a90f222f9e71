/* SPDX-License-Identifier: MIT */
/* Haar wavelet: halves height and width, quadruples the channels.
 *
 * A patch (a b / c d) becomes 0.5·(a+b+c+d, a+b-c-d, a-b+c-d, a-b-c+d); band k of channel
 * i is output channel k·c + i. The matrix is orthogonal and symmetric: backward = its
 * inverse. */
#include "cpu/ops.h"
#include "cpu/vec.h"

/* x (2n·2n, c) → y (n·n, 4c), one image */
static void forward(int n, int c, const float *x, float *y)
{
	for (int i = 0; i < n * n; i++) {
		const float *p = x + (long)(i / n * 4 * n + i % n * 2) * c;
		const float *q = p + (long)2 * n * c;
		float *o = y + (long)i * 4 * c;

		for (int j = 0; j < c; j += LANES) {
			vec u = vec_load(p + j), v = vec_load(p + c + j);
			vec w = vec_load(q + j), z = vec_load(q + c + j);
			vec s = (u + v) * 0.5f, d = (u - v) * 0.5f;
			vec t = (w + z) * 0.5f, e = (w - z) * 0.5f;

			vec_store(o + j, s + t);
			vec_store(o + c + j, s - t);
			vec_store(o + 2 * c + j, d + e);
			vec_store(o + 3 * c + j, d - e);
		}
	}
}

/* dy (n·n, 4c) → dx (2n·2n, c), one image */
static void backward(int n, int c, const float *dy, float *dx)
{
	for (int i = 0; i < n * n; i++) {
		const float *o = dy + (long)i * 4 * c;
		float *p = dx + (long)(i / n * 4 * n + i % n * 2) * c;
		float *q = p + (long)2 * n * c;

		for (int j = 0; j < c; j += LANES) {
			vec a = vec_load(o + j), b = vec_load(o + c + j);
			vec g = vec_load(o + 2 * c + j), h = vec_load(o + 3 * c + j);
			vec s = (a + b) * 0.5f, d = (a - b) * 0.5f;
			vec t = (g + h) * 0.5f, e = (g - h) * 0.5f;

			vec_store(p + j, s + t);
			vec_store(p + c + j, s - t);
			vec_store(q + j, d + e);
			vec_store(q + c + j, d - e);
		}
	}
}

/* The network's input: x (c, 32, 32) → y (16·16, 4c), one image, c = 1 or 3 */
static void input(int c, const float *x, float *y)
{
	for (int k = 0; k < c; k++) {
		for (int i = 0; i < 16 * 16; i++) {
			const float *p = x + k * 1024 + i / 16 * 64 + i % 16 * 2;
			float s = (p[0] + p[1]) * 0.5f, d = (p[0] - p[1]) * 0.5f;
			float t = (p[32] + p[33]) * 0.5f, e = (p[32] - p[33]) * 0.5f;
			float *o = y + i * 4 * c + k;

			o[0] = s + t;
			o[c] = s - t;
			o[2 * c] = d + e;
			o[3 * c] = d - e;
		}
	}
}

const struct dwt_ops ISA_NAME(dwt_ops) = {
	.forward = forward,
	.backward = backward,
	.input = input,
};
