/* SPDX-License-Identifier: MIT */
/* The two-dimensional DFT of real N × N images, N = 2, 4, 8, a vector of channels at a
 * time.
 *
 * Circular padding makes a convolution on the torus, which the DFT turns into one product
 * of channel matrices per frequency: exact, with no padding waste. A real image has 4
 * real frequencies and (N² - 4) / 2 complex ones, the other half being their conjugates;
 * they fill N² planes: 4 real, then pairs (re, im) in the order of dft_frequency().
 *
 * Neither direction is normalised: inverse(forward(x)) = N² x. */
#include "cpu/ops.h"
#include "cpu/vec.h"

#define SQRT_HALF 0.70710678118654752440f

/* Real DFT of n values, stride s, in place of layout (X0, Xn/2, re1, im1, re2, im2, …).
 */
static inline __attribute__((always_inline)) void real_forward(
	int n, const vec *x, int s, vec *y)
{
	if (n == 2) {
		y[0] = x[0] + x[s];
		y[1] = x[0] - x[s];
	} else if (n == 4) {
		vec a = x[0] + x[2 * s], b = x[s] + x[3 * s];

		y[0] = a + b;
		y[1] = a - b;
		y[2] = x[0] - x[2 * s];
		y[3] = x[3 * s] - x[s];
	} else {
		vec a = x[0] - x[4 * s], b = x[2 * s] - x[6 * s];
		vec p = x[s] - x[5 * s], q = x[3 * s] - x[7 * s];
		vec u = (p - q) * SQRT_HALF, v = (p + q) * SQRT_HALF;
		vec e0 = x[0] + x[4 * s], e1 = x[2 * s] + x[6 * s];
		vec o0 = x[s] + x[5 * s], o1 = x[3 * s] + x[7 * s];

		y[0] = (e0 + e1) + (o0 + o1);
		y[1] = (e0 + e1) - (o0 + o1);
		y[2] = a + u;
		y[3] = -(b + v);
		y[4] = e0 - e1;
		y[5] = o1 - o0;
		y[6] = a - u;
		y[7] = b - v;
	}
}

/* The inverse: from the layout above to n values with stride s. */
static inline __attribute__((always_inline)) void real_inverse(
	int n, const vec *x, vec *y, int s)
{
	vec a = x[0] + x[1], b = x[0] - x[1];

	if (n == 2) {
		y[0] = a;
		y[s] = b;
	} else if (n == 4) {
		y[0] = a + 2 * x[2];
		y[2 * s] = a - 2 * x[2];
		y[s] = b - 2 * x[3];
		y[3 * s] = b + 2 * x[3];
	} else {
		vec e = a + 2 * x[4], f = a - 2 * x[4];
		vec g = b - 2 * x[5], h = b + 2 * x[5];
		vec r = 2 * (x[2] + x[6]), i = 2 * (x[7] - x[3]);
		vec t = (2 * SQRT_HALF) * ((x[2] - x[6]) - (x[3] + x[7]));
		vec w = (2 * SQRT_HALF) * ((x[6] - x[2]) - (x[3] + x[7]));

		y[0] = e + r;
		y[4 * s] = e - r;
		y[2 * s] = f + i;
		y[6 * s] = f - i;
		y[s] = g + t;
		y[5 * s] = g - t;
		y[3 * s] = h + w;
		y[7 * s] = h - w;
	}
}

static inline __attribute__((always_inline)) void complex4(
	const vec *re, const vec *im, int s, vec *yre, vec *yim, int t)
{
	vec ar = re[0] + re[2 * s], ai = im[0] + im[2 * s];
	vec br = re[0] - re[2 * s], bi = im[0] - im[2 * s];
	vec cr = re[s] + re[3 * s], ci = im[s] + im[3 * s];
	vec dr = re[s] - re[3 * s], di = im[s] - im[3 * s];

	yre[0] = ar + cr;
	yim[0] = ai + ci;
	yre[2 * t] = ar - cr;
	yim[2 * t] = ai - ci;
	yre[t] = br + di;
	yim[t] = bi - dr;
	yre[3 * t] = br - di;
	yim[3 * t] = bi + dr;
}

/* Complex DFT of n = 4 or 8 values, strides s and t. Swapping re and im inverts it. */
static inline __attribute__((always_inline)) void complex_forward(
	int n, const vec *re, const vec *im, int s, vec *yre, vec *yim, int t)
{
	vec er[4], ei[4], odd_r[4], odd_i[4], wr[4], wi[4];

	if (n == 4) {
		complex4(re, im, s, yre, yim, t);
		return;
	}
	complex4(re, im, 2 * s, er, ei, 1);
	complex4(re + s, im + s, 2 * s, odd_r, odd_i, 1);
	wr[0] = odd_r[0];
	wi[0] = odd_i[0];
	wr[1] = (odd_r[1] + odd_i[1]) * SQRT_HALF;
	wi[1] = (odd_i[1] - odd_r[1]) * SQRT_HALF;
	wr[2] = odd_i[2];
	wi[2] = -odd_r[2];
	wr[3] = (odd_i[3] - odd_r[3]) * SQRT_HALF;
	wi[3] = -(odd_r[3] + odd_i[3]) * SQRT_HALF;
	for (int k = 0; k < 4; k++) {
		yre[k * t] = er[k] + wr[k];
		yim[k * t] = ei[k] + wi[k];
		yre[(k + 4) * t] = er[k] - wr[k];
		yim[(k + 4) * t] = ei[k] - wi[k];
	}
}

/* Where the planes of column kx start: 0 and n/2 are real columns, the others complex. */
static inline int complex_planes(int n, int kx)
{
	return 4 + 2 * (2 * (n / 2 - 1) + (kx - 1) * n);
}

/* x: n² vectors c floats apart → planes `plane` floats apart. */
static inline __attribute__((always_inline)) void forward_one(
	int n, const float *x, int c, float *out, long plane)
{
	int h = n / 2;
	vec row[64], y[16], col[8];

	for (int i = 0; i < n; i++) {
		for (int j = 0; j < n; j++)
			col[j] = vec_load(x + (i * n + j) * c);
		real_forward(n, col, 1, row + i * n);
	}
	for (int r = 0; r < 2; r++) { /* columns 0 and n/2 */
		real_forward(n, row + r, n, y);
		vec_store(out + (2 * r) * plane, y[0]);
		vec_store(out + (2 * r + 1) * plane, y[1]);
		for (int k = 2; k < n; k++)
			vec_store(out + (4 + r * 2 * (h - 1) + k - 2) * plane, y[k]);
	}
	for (int kx = 1; kx < h; kx++) {
		float *o = out + complex_planes(n, kx) * plane;

		complex_forward(n, row + 2 * kx, row + 2 * kx + 1, n, y, y + 8, 1);
		for (int k = 0; k < n; k++) {
			vec_store(o + (2 * k) * plane, y[k]);
			vec_store(o + (2 * k + 1) * plane, y[8 + k]);
		}
	}
}

static inline __attribute__((always_inline)) void inverse_one(
	int n, const float *in, long plane, float *x, int c)
{
	int h = n / 2;
	vec row[64], y[16], col[8];

	for (int r = 0; r < 2; r++) {
		y[0] = vec_load(in + (2 * r) * plane);
		y[1] = vec_load(in + (2 * r + 1) * plane);
		for (int k = 2; k < n; k++)
			y[k] = vec_load(in + (4 + r * 2 * (h - 1) + k - 2) * plane);
		real_inverse(n, y, row + r, n);
	}
	for (int kx = 1; kx < h; kx++) {
		const float *p = in + complex_planes(n, kx) * plane;

		for (int k = 0; k < n; k++) {
			y[k] = vec_load(p + (2 * k) * plane);
			y[8 + k] = vec_load(p + (2 * k + 1) * plane);
		}
		complex_forward(n, y + 8, y, 1, row + 2 * kx + 1, row + 2 * kx, n);
	}
	for (int i = 0; i < n; i++) {
		real_inverse(n, row + i * n, col, 1);
		for (int j = 0; j < n; j++)
			vec_store(x + (i * n + j) * c, col[j]);
	}
}

/* x (images, n·n, c) → out (n·n planes, images, c) */
static void forward(int n, int images, int c, const float *x, float *out, long plane)
{
	for (int i = 0; i < images; i++) {
		for (int j = 0; j < c; j += LANES) {
			const float *p = x + (long)i * n * n * c + j;
			float *o = out + (long)i * c + j;

			if (n == 8)
				forward_one(8, p, c, o, plane);
			else if (n == 4)
				forward_one(4, p, c, o, plane);
			else
				forward_one(2, p, c, o, plane);
		}
	}
}

/* in (n·n planes, images, c) → x (images, n·n, c) */
static void inverse(int n, int images, int c, const float *in, long plane, float *x)
{
	for (int i = 0; i < images; i++) {
		for (int j = 0; j < c; j += LANES) {
			const float *p = in + (long)i * c + j;
			float *o = x + (long)i * n * n * c + j;

			if (n == 8)
				inverse_one(8, p, plane, o, c);
			else if (n == 4)
				inverse_one(4, p, plane, o, c);
			else
				inverse_one(2, p, plane, o, c);
		}
	}
}

const struct dft_ops ISA_NAME(dft_ops) = {.forward = forward, .inverse = inverse};
