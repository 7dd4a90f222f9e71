/* SPDX-License-Identifier: MIT */
/* The three convolutions of one block, on chunks of a batch: direct.c for the first
 * block, freq.c for the others. They keep what their weight gradients need.
 *
 * Work is cut into chunks of CHUNK images, whatever the number of threads, so that every
 * sum has one order and a run's result does not depend on the threads. */
#ifndef TRAINER_CONVS_H
#define TRAINER_CONVS_H

#include "cpu/ops.h"
#include "net/net.h"

struct chunk {
	int index;         /* in the batch, which a team shares */
	int at, images;    /* its first image among this process's, and how many */
	const float *keep; /* (images, co): 0 where dropout removed a channel */
	float *scratch;    /* convs_scratch() floats of this thread */
};

struct convs {
	const struct convs_ops *kind;
	const struct ops *ops;
	int side, ci, co, batch; /* batch: the most images at once */
	const float *w[NET_CONVS];
	float *g[NET_CONVS];
	float *d; /* convs_shared() floats: a gradient's spectrum (planes, batch, co),
		     shared by all blocks */
	struct direct *direct;
	struct freq *freq;
};

/* MID after the mid_backward of all chunks, IN after their in_backward, TAPS after both.
 */
enum weight_round { WEIGHTS_MID, WEIGHTS_IN, WEIGHTS_TAPS };

/* x, dx (images, side², ci); all else (images, side², co); pointers are to the chunk's
 * part */
struct convs_ops {
	void (*close)(struct convs *c);
	/* After each change of the weights: tasks 0 … prepare_tasks-1 in any order. */
	int (*prepare_tasks)(const struct convs *c);
	void (*prepare)(struct convs *c, int task, float *scratch);
	/* first and shortcut convolution; x is the same in both */
	void (*in_forward)(struct convs *c, const struct chunk *k, const float *x,
		float *main, float *shortcut);
	void (*in_backward)(struct convs *c, const struct chunk *k, const float *x,
		const float *dmain, const float *dshortcut, float *dx);
	/* second convolution */
	void (*mid_forward)(
		struct convs *c, const struct chunk *k, const float *h, float *y);
	void (*mid_backward)(struct convs *c, const struct chunk *k, const float *h,
		const float *dy, float *dh);
	/* Tasks for the weights' gradients, by round; scratch: convs_scratch() floats. */
	int (*weight_tasks)(const struct convs *c, enum weight_round round);
	void (*weights)(struct convs *c, enum weight_round round, int task, int images,
		float *scratch);
};

void direct_open(struct convs *c);
void freq_open(struct convs *c);

/* Floats of scratch a thread needs for this block, and of the shared buffer. */
long convs_scratch(const struct convs *c);
long convs_shared(const struct convs *c);

#endif
