/* SPDX-License-Identifier: MIT */
/* Every kernel against a slow and plain form of itself, on each instruction set that runs
 * here. */
#include "base/mem.h"
#include "base/rng.h"
#include "cpu/ops.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const char *const isas[] = {"plain", "avx2", "avx512"};

static float *noise(long count, uint64_t key)
{
	float *p = mem_floats(count);

	for (long i = 0; i < count; i++)
		p[i] = (float)(2 * rng_uniform(key, (uint64_t)i) - 1);
	return p;
}

static void near(double got, double want, double limit, const char *what)
{
	if (!(fabs(got - want) <= limit))
		fail_msg("%s: %.7g, not %.7g", what, got, want);
}

static double dot(long count, const float *a, const float *b)
{
	double sum = 0;

	for (long i = 0; i < count; i++)
		sum += (double)a[i] * b[i];
	return sum;
}

/* A plane's value by the definition of the DFT; the order of planes as dft.c documents
 * it. */
static double slow_plane(
	const float *x, int n, int c, int channel, int ky, int kx, int imaginary)
{
	double sum = 0;

	for (int p = 0; p < n * n; p++) {
		double theta = -2 * M_PI * (ky * (p / n) + kx * (p % n)) / n;
		sum += (double)x[p * c + channel] * (imaginary ? sin(theta) : cos(theta));
	}
	return sum;
}

static void check_dft(const struct ops *o, int n)
{
	enum { IMAGES = 3, C = 32 };
	int planes = n * n, plane = IMAGES * C + 16, h = n / 2, at = 4;
	AUTO_FREE float *x = noise((long)IMAGES * planes * C, 1);
	AUTO_FREE float *f = mem_floats((long)planes * plane);
	AUTO_FREE float *y = mem_floats((long)IMAGES * planes * C);
	const float *image = x + planes * C; /* the second */

	o->dft->forward(n, IMAGES, C, x, f, plane);
	for (int i = 0; i < 4; i++)
		near(f[i * plane + C + 5],
			slow_plane(image, n, C, 5, i % 2 * h, i / 2 * h, 0), 1e-4,
			"real frequency");
	for (int kx = 0; kx <= h; kx += h) /* columns 0 and n/2: half of ky */
		for (int ky = 1; ky < h; ky++, at += 2)
			for (int part = 0; part < 2; part++)
				near(f[(at + part) * plane + C + 5],
					slow_plane(image, n, C, 5, ky, kx, part), 1e-4,
					"real column");
	for (int kx = 1; kx < h; kx++)
		for (int ky = 0; ky < n; ky++, at += 2)
			for (int part = 0; part < 2; part++)
				near(f[(at + part) * plane + C + 5],
					slow_plane(image, n, C, 5, ky, kx, part), 1e-4,
					"complex column");
	assert_int_equal(at, planes);
	o->dft->inverse(n, IMAGES, C, f, plane, y);
	for (long i = 0; i < (long)IMAGES * planes * C; i++)
		near(y[i], (double)x[i] * planes, 1e-4, "inverse of forward");
}

static void check_gemm(const struct ops *o, int m, int k, int conj, int across)
{
	enum { N = 2 * GEMM_PANEL };
	long a_im = (long)m * k, b_im = (long)k * N, c_im = (long)m * N;
	AUTO_FREE float *room = mem_floats(GEMM_ROOM);
	struct gemm g = {.m = m,
		.k = k,
		.panels = 2,
		.room = room,
		.add = 1,
		.a_row = across ? 1 : k,
		.a_col = across ? m : 1,
		.a_im = a_im,
		.b_row = N,
		.b_panel = GEMM_PANEL,
		.b_im = b_im,
		.c_row = N,
		.c_panel = GEMM_PANEL,
		.c_im = c_im};
	AUTO_FREE float *a = noise(2 * a_im, 2);
	AUTO_FREE float *b = noise(2 * b_im, 3);
	AUTO_FREE float *c = noise(2 * c_im, 4);
	AUTO_FREE float *old = noise(2 * c_im, 4);
	AUTO_FREE float *real = noise(2 * c_im, 4);
	double sign = conj ? -1 : 1;

	(conj ? o->gemm->complex_conj : o->gemm->complex)(&g, a, b, c);
	o->gemm->real(&g, a, b, real);
	for (int i = 0; i < m; i++) {
		for (int j = 0; j < N; j++) {
			long at = (long)i * N + j;
			double rr = 0, ri = 0, ir = 0, ii = 0;

			for (int l = 0; l < k; l++) {
				const float *x = a + i * g.a_row + l * g.a_col;
				double ar = x[0], ai = sign * x[a_im];
				double br = b[l * N + j], bi = b[b_im + l * N + j];

				rr += ar * br;
				ii += ai * bi;
				ri += ar * bi;
				ir += ai * br;
			}
			near(real[at], old[at] + rr, 1e-4, "real product");
			near(c[at], old[at] + rr - ii, 1e-4,
				"complex product, real part");
			near(c[c_im + at], old[c_im + at] + ri + ir, 1e-4,
				"complex product, imaginary part");
		}
	}
}

static void check_conv(const struct ops *o, int ci)
{
	AUTO_FREE float *x = noise((long)CONV_PIXELS * ci, 5);
	AUTO_FREE float *w = noise(9L * ci * CONV_OUT, 6);
	AUTO_FREE float *padded = mem_floats((long)CONV_PADDED * ci);
	AUTO_FREE float *y = mem_floats(CONV_PIXELS * CONV_OUT);
	AUTO_FREE float *dy = noise(CONV_PIXELS * CONV_OUT, 7);
	AUTO_FREE float *dw = mem_floats(9L * ci * CONV_OUT);
	int kept[CONV_OUT], count = 0;

	for (int i = 0; i < ci; i++)
		if (i % 3 != 1) /* leave some out, as dropout does */
			kept[count++] = i;
	o->conv->forward(ci, kept, count, x, w, padded, y);
	for (int p = 0; p < CONV_PIXELS; p += 7) {
		for (int c = 0; c < CONV_OUT; c++) {
			double want = 0;

			for (int t = 0; t < 9; t++) {
				int row = (p / 16 + t / 3 + 15) % 16,
				    col = (p % 16 + t % 3 + 15) % 16;

				for (int k = 0; k < count; k++)
					want += (double)x[(row * 16 + col) * ci +
							  kept[k]] *
						w[(t * ci + kept[k]) * CONV_OUT + c];
			}
			near(y[p * CONV_OUT + c], want, 1e-4, "convolution");
		}
	}
	/* forward is linear in w: <dy, y(w)> = <dw, w> */
	o->conv->weights(ci, kept, count, x, dy, padded, dw);
	near(dot(9L * ci * CONV_OUT, dw, w), dot(CONV_PIXELS * CONV_OUT, dy, y), 1e-2,
		"weights against forward");
}

static void check_point(const struct ops *o, int ci)
{
	AUTO_FREE float *x = noise((long)CONV_PIXELS * ci, 5);
	AUTO_FREE float *w = noise((long)ci * CONV_OUT, 6);
	AUTO_FREE float *y = mem_floats(CONV_PIXELS * CONV_OUT);
	AUTO_FREE float *dy = noise(CONV_PIXELS * CONV_OUT, 7);
	AUTO_FREE float *dw = mem_floats((long)ci * CONV_OUT);
	double want = 0;

	o->point->forward(ci, x, w, y);
	for (int k = 0; k < ci; k++)
		want += (double)x[100 * ci + k] * w[k * CONV_OUT + 3];
	near(y[100 * CONV_OUT + 3], want, 1e-5, "1 × 1 convolution");
	o->point->weights(ci, x, dy, dw);
	near(dot((long)ci * CONV_OUT, dw, w), dot(CONV_PIXELS * CONV_OUT, dy, y), 1e-2,
		"1 × 1 weights against forward");
}

static void check_dwt(const struct ops *o)
{
	enum { N = 4, C = 16, COUNT = 4 * N * N * C };
	AUTO_FREE float *x = noise(COUNT, 8);
	AUTO_FREE float *y = mem_floats(COUNT);
	AUTO_FREE float *back = mem_floats(COUNT);

	o->dwt->forward(N, C, x, y);
	/* band 1 of channel 2 at pixel (1, 0): 0.5·(a + b - c - d) */
	near(y[N * 4 * C + C + 2],
		0.5 * ((double)x[(4 * N) * C + 2] + x[(4 * N + 1) * C + 2] -
			      x[(6 * N) * C + 2] - x[(6 * N + 1) * C + 2]),
		1e-6, "band 1");
	o->dwt->backward(N, C, y, back);
	for (int i = 0; i < COUNT; i++)
		near(back[i], x[i], 1e-6, "orthogonal");
}

static void check_batchnorm(const struct ops *o)
{
	enum { ROWS = 37, C = 32 };
	AUTO_FREE float *x = noise(ROWS * C, 9);
	float sum[C] __attribute__((aligned(64))), square[C] __attribute__((aligned(64)));

	for (int i = 0; i < ROWS * C; i++)
		x[i] += 1000; /* a mean far from 0 must not eat the variance */
	o->batchnorm->moments(ROWS, C, x, sum, square);
	for (int j = 0; j < C; j++) {
		double mean = 0, want = 0;

		for (int i = 0; i < ROWS; i++)
			mean += x[i * C + j] / (double)ROWS;
		for (int i = 0; i < ROWS; i++)
			want += (x[i * C + j] - mean) * (x[i * C + j] - mean);
		near(sum[j] / ROWS, mean, 1e-3, "mean");
		near(square[j], want, 1e-2, "squares");
	}
}

static void test_kernels(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		const struct ops *o = ops_find(isas[i]);

		if (!o)
			continue;
		for (int n = 2; n <= 8; n *= 2)
			check_dft(o, n);
		for (int m = 1; m <= 17; m += 4)
			for (int conj = 0; conj < 2; conj++)
				check_gemm(o, m, 19, conj, 0);
		for (int conj = 0; conj < 2; conj++) {
			check_gemm(o, 16, 1, conj, 1);
			check_gemm(o, 48, 51, conj, 1);
			check_gemm(o, 128, 128, conj, 1);
		}
		check_conv(o, 4);
		check_conv(o, 12);
		check_conv(o, 16);
		check_point(o, 4);
		check_point(o, 12);
		check_dwt(o);
		check_batchnorm(o);
	}
}

static void test_choice(void **state)
{
	(void)state;
	assert_non_null(ops_find(NULL));
	assert_non_null(ops_find("plain"));
	assert_null(ops_find("mmx"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kernels),
		cmocka_unit_test(test_choice),
	};
	return cmocka_run_group_tests_name("ops", tests, NULL, NULL);
}
