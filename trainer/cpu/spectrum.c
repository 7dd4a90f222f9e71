/* SPDX-License-Identifier: MIT */
#include "cpu/spectrum.h"
#include "base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The frequency (ky, kx) of a plane, and whether the plane is its imaginary part. */
static int plane_frequency(int n, int plane, int *ky, int *kx)
{
	int h = n / 2, bin = (plane - 4) / 2;

	if (plane < 4) {
		*ky = plane % 2 * h;
		*kx = plane / 2 * h;
		return 0;
	}
	if (bin < 2 * (h - 1)) {
		*ky = bin % (h - 1) + 1;
		*kx = bin / (h - 1) * h;
	} else {
		bin -= 2 * (h - 1);
		*ky = bin % n;
		*kx = bin / n + 1;
	}
	return plane % 2;
}

static void make_tables(struct spectrum *s, int n)
{
	for (int p = 0; p < s->planes; p++) {
		int ky, kx, imaginary = plane_frequency(n, p, &ky, &kx);

		for (int t = 0; t < SPECTRUM_TAPS; t++) {
			int row = t / 3 - 1, column = t % 3 - 1;
			double theta = 2 * M_PI / n * (ky * row + kx * column);
			double v = (imaginary ? sin(theta) : cos(theta)) / (n * n);
			int at = p * SPECTRUM_TAPS + t;

			s->to[at] = (float)v;
			s->to_conj[at] = (float)(imaginary ? -v : v);
			s->back[at] =
				(float)(p < 4 ? v : 2 * v); /* a pair stands for two */
		}
	}
}

void spectrum_open(struct spectrum *s, const struct ops *ops, int n, int ci, int co)
{
	long count = (long)n * n * ci * co;

	s->ops = ops;
	s->planes = n * n;
	s->ci = ci;
	s->co = co;
	s->w = mem_floats(count);
	s->wt = mem_floats(count);
	s->g = mem_floats(count);
	make_tables(s, n);
}

void spectrum_close(struct spectrum *s)
{
	free(s->w);
	free(s->wt);
	free(s->g);
}

/* Panel `panel` of wᵀ: w (co / 32, ci, 32) → wt (co, 32) */
static void transpose_panel(const float *w, int ci, int co, int panel, float *wt)
{
	for (int o = 0; o < co; o += PANEL) {
		const float *from = w + ((long)o * ci) + (long)panel * PANEL * PANEL;

		for (int j = 0; j < PANEL; j++)
			for (int i = 0; i < PANEL; i++)
				wt[(o + j) * PANEL + i] = from[i * PANEL + j];
	}
}

void spectrum_same(
	const struct ops *ops, int ci, int co, const float *w, float *same, float *same_t)
{
	memcpy(same, w, (size_t)ci * (size_t)co * sizeof(float));
	for (int p = 0; p < co / PANEL; p++)
		ops->gemm->pack(ci, false, same + (long)p * ci * PANEL);
	for (int p = 0; p < ci / PANEL; p++) {
		float *to = same_t + (long)p * co * PANEL;

		transpose_panel(w, ci, co, p, to);
		ops->gemm->pack(co, false, to);
	}
}

/* Panels of k rows of all planes as the products take them. */
static void pack_planes(const struct spectrum *s, int k, float *w)
{
	for (int p = 0; p < s->planes; p++)
		s->ops->gemm->pack(k, p >= 4 && p % 2, w + (long)p * s->ci * s->co);
}

void spectrum_forward(const struct spectrum *s, const float *w, int panel)
{
	long part = (long)s->ci * PANEL, whole = (long)s->ci * s->co;

	struct combine to = {.count = part,
		.terms = SPECTRUM_TAPS,
		.outputs = s->planes,
		.coef = s->to,
		.coef_term = 1,
		.coef_output = SPECTRUM_TAPS,
		.x_step = whole,
		.y_step = whole};

	s->ops->vector->combine(&to, w + panel * part, s->w + panel * part);
	pack_planes(s, s->ci, s->w + panel * part);
}

void spectrum_transposed(
	const struct spectrum *s, const float *w, int panel, float *scratch)
{
	long part = (long)s->co * PANEL, whole = (long)s->ci * s->co;
	struct combine to = {.count = part,
		.terms = SPECTRUM_TAPS,
		.outputs = s->planes,
		.coef = s->to_conj,
		.coef_term = 1,
		.coef_output = SPECTRUM_TAPS,
		.x_step = part,
		.y_step = whole};

	for (int t = 0; t < SPECTRUM_TAPS; t++)
		transpose_panel(w + t * whole, s->ci, s->co, panel, scratch + t * part);
	s->ops->vector->combine(&to, scratch, s->wt + panel * part);
	pack_planes(s, s->co, s->wt + panel * part);
}

void spectrum_outer(const struct spectrum *s, int plane, int images, const float *x,
	long x_plane, const float *d, long d_plane, float *room)
{
	long whole = (long)s->ci * s->co;
	const struct gemm_ops *gemm = s->ops->gemm;

	for (int at = 0; at == 0 || at < images; at += SPECTRUM_IMAGES) {
		int left = images - at;
		struct gemm g = {.m = s->ci,
			.k = left < SPECTRUM_IMAGES ? left : SPECTRUM_IMAGES,
			.panels = s->co / PANEL,
			.add = at > 0,
			.room = room,
			.a_row = 1,
			.a_col = s->ci,
			.a_im = x_plane,
			.b_row = s->co,
			.b_panel = PANEL,
			.b_im = d_plane,
			.c_row = PANEL,
			.c_panel = (long)s->ci * PANEL,
			.c_im = whole};
		const float *a = x + plane * x_plane + (long)at * s->ci;
		const float *b = d + plane * d_plane + (long)at * s->co;

		(plane < 4 ? gemm->real : gemm->complex_conj)(
			&g, a, b, s->g + plane * whole);
	}
}

void spectrum_backward(const struct spectrum *s, int panel, float *grad)
{
	long part = (long)s->ci * PANEL, whole = (long)s->ci * s->co;

	struct combine back = {.count = part,
		.terms = s->planes,
		.outputs = SPECTRUM_TAPS,
		.coef = s->back,
		.coef_term = SPECTRUM_TAPS,
		.coef_output = 1,
		.x_step = whole,
		.y_step = whole};

	s->ops->vector->combine(&back, s->g + panel * part, grad + panel * part);
}
