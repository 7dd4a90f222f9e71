/* SPDX-License-Identifier: MIT */
#include "look/figure.h"

#include <string.h>

void figure_add_loss(struct figure *f, double loss)
{
	if (f->stride == 0)
		f->stride = 1;
	f->pending_sum += loss;
	if (++f->pending < f->stride)
		return;
	if (f->points == FIGURE_POINTS) {
		f->points /= 2;
		f->stride *= 2;
		for (int i = 0; i < f->points; i++)
			f->loss[i] = (f->loss[2 * i] + f->loss[2 * i + 1]) / 2;
		return; /* pending goes on to the longer stride */
	}
	f->loss[f->points++] = (float)(f->pending_sum / f->pending);
	f->pending_sum = 0;
	f->pending = 0;
}

void figure_add_epoch(struct figure *f, double train_accuracy, double test_accuracy)
{
	if (f->epochs == FIGURE_EPOCHS) { /* the oldest goes */
		memmove(f->train_accuracy, f->train_accuracy + 1,
			sizeof(float) * (FIGURE_EPOCHS - 1));
		memmove(f->test_accuracy, f->test_accuracy + 1,
			sizeof(float) * (FIGURE_EPOCHS - 1));
		f->epochs--;
	}
	f->train_accuracy[f->epochs] = (float)train_accuracy;
	f->test_accuracy[f->epochs++] = (float)test_accuracy;
}
