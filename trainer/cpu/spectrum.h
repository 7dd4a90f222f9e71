/* SPDX-License-Identifier: MIT */
/* The weights of one 3 × 3 convolution as one channel matrix per frequency of the n × n
 * torus: W[k] = Σ_taps w[tap]·e^{iθ(k, tap)} / n². Planes as dft.c orders them. */
#ifndef TRAINER_SPECTRUM_H
#define TRAINER_SPECTRUM_H

#include "cpu/ops.h"

/* Gradients take so many images at once, so that they stay in the first cache. */
enum { SPECTRUM_IMAGES = 64 };

enum { SPECTRUM_TAPS = 9, SPECTRUM_PLANES = 64, PANEL = GEMM_PANEL };

struct spectrum {
	const struct ops *ops;
	int planes, ci, co;
	float *w;  /* (planes, co / 32, ci, 32) */
	float *wt; /* its conjugate transpose, (planes, ci / 32, co, 32) */
	float *g;  /* its gradient, as w */
	/* taps to planes, the conjugate, and the gradient's way back; (planes, taps) */
	float to[SPECTRUM_PLANES * SPECTRUM_TAPS];
	float to_conj[SPECTRUM_PLANES * SPECTRUM_TAPS];
	float back[SPECTRUM_PLANES * SPECTRUM_TAPS];
};

void spectrum_open(struct spectrum *s, const struct ops *ops, int n, int ci, int co);
void spectrum_close(struct spectrum *s);

/* Panel `panel` of w, and of wt, from the weights (9, co / 32, ci, 32). scratch: 9·co·32
 * floats */
void spectrum_forward(const struct spectrum *s, const float *weights, int panel);
void spectrum_transposed(
	const struct spectrum *s, const float *weights, int panel, float *scratch);

/* One frequency's g = Σ_images x*·d, in x (planes, images, ci), d (planes, images, co);
 * room: GEMM_ROOM floats */
void spectrum_outer(const struct spectrum *s, int plane, int images, const float *x,
	long x_plane, const float *d, long d_plane, float *room);

/* Panel `panel` of the weights' gradient from g. */
void spectrum_backward(const struct spectrum *s, int panel, float *grad);

/* Weights that all frequencies share: w (co / 32, ci, 32) and its transpose (ci / 32, co,
 * 32), as the products take them. */
void spectrum_same(const struct ops *ops, int ci, int co, const float *w, float *same,
	float *same_t);

#endif
