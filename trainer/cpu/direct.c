/* SPDX-License-Identifier: MIT */
/* The first block's convolutions: 4C and 16 channels at 16 × 16, image by image. */
#include "cpu/convs.h"
#include "base/mem.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { TAPS = 9, SECOND = TAPS * CONV_OUT * CONV_OUT };

struct direct {
	float *turned;  /* second convolution's weights for its backward */
	float *partial; /* (chunks, partial_count): weight gradients of a chunk */
	long partial_count;
	int all[CONV_OUT]; /* 0, 1, 2 … */
	bool broken;       /* the second convolution's weights are not all finite */
};

static long chunks(int images)
{
	return (images + CHUNK - 1) / CHUNK;
}

static long first_count(const struct convs *c)
{
	return (long)TAPS * c->ci * CONV_OUT;
}

static void close_convs(struct convs *c)
{
	struct direct *d = c->direct;

	free(d->turned);
	free(d->partial);
	free(d);
}

static int prepare_tasks(const struct convs *c)
{
	(void)c;
	return 1;
}

/* w (9, ci, co) → turned (8 - tap, co, ci) */
static void prepare(struct convs *c, int task, float *scratch)
{
	const float *w = c->w[CONV_SECOND];

	float none = 0;

	(void)task;
	(void)scratch;
	for (int i = 0; i < SECOND; i++)
		none += w[i] * 0;
	c->direct->broken = none != 0;
	for (int t = 0; t < TAPS; t++)
		for (int i = 0; i < CONV_OUT; i++)
			for (int o = 0; o < CONV_OUT; o++)
				c->direct->turned[((8 - t) * CONV_OUT + o) * CONV_OUT +
						  i] =
					w[(t * CONV_OUT + i) * CONV_OUT + o];
}

static void in_forward(struct convs *c, const struct chunk *k, const float *x,
	float *main, float *shortcut)
{
	const struct conv_ops *conv = c->ops->conv;
	long size = (long)CONV_PIXELS * c->ci;

	for (int i = 0; i < k->images; i++) {
		conv->forward(c->ci, c->direct->all, c->ci, x + i * size,
			c->w[CONV_FIRST], k->scratch, main + i * CONV_PIXELS * CONV_OUT);
		c->ops->point->forward(c->ci, x + i * size, c->w[CONV_SHORTCUT],
			shortcut + i * CONV_PIXELS * CONV_OUT);
	}
}

/* The channels that dropout left in one image h (256, 16), and those where 0 times what
 * is there is not 0. A norm has made all pixels of such a channel NaN. */
static int list_kept(const struct convs *c, const float *keep, const float *h, int *kept)
{
	int count = 0;

	for (int i = 0; i < CONV_OUT; i++)
		if (keep[i] > 0 || h[i] != 0 || c->direct->broken)
			kept[count++] = i;
	return count;
}

static void mid_forward(struct convs *c, const struct chunk *k, const float *h, float *y)
{
	const struct conv_ops *conv = c->ops->conv;

	for (int i = 0; i < k->images; i++) {
		const float *one = h + i * CONV_PIXELS * CONV_OUT;
		int kept[CONV_OUT];
		int count = list_kept(c, k->keep + i * CONV_OUT, one, kept);

		conv->forward(CONV_OUT, kept, count, one, c->w[CONV_SECOND], k->scratch,
			y + i * CONV_PIXELS * CONV_OUT);
	}
}

static void mid_backward(struct convs *c, const struct chunk *k, const float *h,
	const float *dy, float *dh)
{
	const struct conv_ops *conv = c->ops->conv;
	float *dw = c->direct->partial + k->at / CHUNK * c->direct->partial_count;

	memset(dw, 0, SECOND * sizeof(float));
	for (int i = 0; i < k->images; i++) {
		const float *d = dy + i * CONV_PIXELS * CONV_OUT;
		const float *one = h + i * CONV_PIXELS * CONV_OUT;
		int kept[CONV_OUT];
		int count = list_kept(c, k->keep + i * CONV_OUT, one, kept);

		conv->weights(CONV_OUT, kept, count, one, d, k->scratch, dw);
		conv->forward(CONV_OUT, c->direct->all, CONV_OUT, d, c->direct->turned,
			k->scratch, dh + i * CONV_PIXELS * CONV_OUT);
	}
}

/* dx is not wanted: before this block lies the image. */
static void in_backward(struct convs *c, const struct chunk *k, const float *x,
	const float *dmain, const float *dshortcut, float *dx)
{
	const struct conv_ops *conv = c->ops->conv;
	struct direct *d = c->direct;
	float *dw = d->partial + k->at / CHUNK * d->partial_count + SECOND;
	float *ds = dw + first_count(c);

	(void)dx;
	memset(dw, 0, (size_t)(d->partial_count - SECOND) * sizeof(float));
	for (int i = 0; i < k->images; i++) {
		const float *one = x + (long)i * CONV_PIXELS * c->ci;

		conv->weights(c->ci, d->all, c->ci, one,
			dmain + i * CONV_PIXELS * CONV_OUT, k->scratch, dw);
		c->ops->point->weights(
			c->ci, one, dshortcut + i * CONV_PIXELS * CONV_OUT, ds);
	}
}

static int weight_tasks(const struct convs *c, enum weight_round round)
{
	(void)c;
	return round == WEIGHTS_IN ? NET_CONVS : 0;
}

/* Adds up the chunks in their order. */
static void weights(
	struct convs *c, enum weight_round round, int task, int images, float *scratch)
{
	const struct direct *d = c->direct;
	long first = first_count(c);
	long from = task == CONV_SECOND  ? 0
		    : task == CONV_FIRST ? SECOND
					 : SECOND + first;
	long count = task == CONV_SECOND  ? SECOND
		     : task == CONV_FIRST ? first
					  : first / TAPS;

	(void)round;
	(void)scratch;
	memset(c->g[task], 0, (size_t)count * sizeof(float));
	for (long i = 0; i < chunks(images); i++)
		c->ops->vector->add(
			count, d->partial + i * d->partial_count + from, c->g[task]);
}

static const struct convs_ops direct_kind = {
	.close = close_convs,
	.prepare_tasks = prepare_tasks,
	.prepare = prepare,
	.in_forward = in_forward,
	.in_backward = in_backward,
	.mid_forward = mid_forward,
	.mid_backward = mid_backward,
	.weight_tasks = weight_tasks,
	.weights = weights,
};

void direct_open(struct convs *c)
{
	struct direct *d = mem_alloc(sizeof(*d));

	c->kind = &direct_kind;
	c->direct = d;
	d->partial_count = SECOND + first_count(c) + c->ci * CONV_OUT;
	d->turned = mem_floats(SECOND);
	d->partial = mem_floats(chunks(c->batch) * d->partial_count);
	for (int i = 0; i < CONV_OUT; i++)
		d->all[i] = i;
}
