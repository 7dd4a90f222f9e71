/* SPDX-License-Identifier: MIT */
/* What a run looks like: its curves, some predictions, the first filters. Plain data of
 * fixed size, so that a window's thread can copy it and draw while the training goes on.
 */
#ifndef TRAINER_FIGURE_H
#define TRAINER_FIGURE_H

#include "base/err.h"
#include "net/net.h"

enum {
	FIGURE_POINTS = 512,
	FIGURE_EPOCHS = 256,
	FIGURE_SAMPLES = 12,
	FIGURE_PIXELS = NET_SIDE * NET_SIDE,
	FIGURE_FILTERS = 16,
	FIGURE_TAPS = 9,
};

struct figure_sample {
	unsigned char rgb[FIGURE_PIXELS][3];
	const char *is, *seen_as; /* class names; borrowed */
};

struct figure {
	char title[128];
	/* mean loss of `stride` steps a point; when all are used, neighbours are merged
	 */
	float loss[FIGURE_POINTS];
	int points, stride, pending;
	double pending_sum;
	float train_accuracy[FIGURE_EPOCHS], test_accuracy[FIGURE_EPOCHS];
	int epochs;
	struct figure_sample samples[FIGURE_SAMPLES];
	int sample_count;
	float filters[FIGURE_FILTERS][FIGURE_TAPS]; /* of the first channel */
};

void figure_add_loss(struct figure *f, double loss);
void figure_add_epoch(struct figure *f, double train_accuracy, double test_accuracy);

/* surface: a cairo_t of width × height */
void figure_draw(const struct figure *f, void *cairo, int width, int height);
/* Atomic, as a checkpoint. Fails where this was built without cairo. */
int figure_write_png(
	const struct figure *f, const char *path, int width, int height, struct err *e);

#endif
