/* SPDX-License-Identifier: MIT */
/* One batch norm over a whole batch: merges what its chunks found, in a fixed order. */
#ifndef TRAINER_NORM_H
#define TRAINER_NORM_H

#include "cpu/ops.h"

struct norm {
	int c;
	struct affine affine;
	const float *weight, *bias;
	float *weight_grad, *bias_grad;
	float *running_mean, *running_var;
	/* (chunks, c): of the chunk's outputs forward, of the gradients backward */
	float *sum, *square;
};

void norm_alloc(struct norm *n, int c, int chunks);
void norm_release(struct norm *n);

/* rows(chunk): how many values a channel has in each chunk. The running statistics follow
 * when `train`; else they are what is applied and the chunks are not looked at. */
struct norm_rows {
	int chunks;
	long per_chunk, total; /* the last chunk may hold fewer */
};
void norm_forward(struct norm *n, const struct norm_rows *r);
void norm_eval(struct norm *n);
void norm_backward(struct norm *n, const struct norm_rows *r, const float *sum);

#endif
