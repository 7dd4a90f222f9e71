/* SPDX-License-Identifier: MIT */
/* Forward and backward on the device, block by block. */
#include "cuda/model.h"

static const float *weight(const cuda_model *m, int tensor)
{
	return m->arrays[ARRAY_TRAINED] + m->base.net->tensors[tensor].at;
}

static float *gradient(const cuda_model *m, int tensor)
{
	return m->arrays[ARRAY_GRAD] + m->base.net->tensors[tensor].at;
}

static void convolve(const pass *p, int block, int i, const float *in)
{
	cuda_block *b = &p->m->block[block];
	gpu_conv c = b->conv[i];
	long rows = (long)p->images * b->pixels;

	c.images = p->images;
	gpu_conv_forward(&c, in,
		weight(p->m, p->m->base.net->block[block].conv[i].weight), b->out[i]);
	if (p->training)
		gpu_norm_forward(&b->norm[i], rows, b->out[i]);
	else
		gpu_norm_eval(&b->norm[i]);
}

static gpu_dropout dropout_of(const pass *p, int block)
{
	return gpu_dropout{p->key, block, p->m->block[block].pixels, p->training};
}

static void forward_block(const pass *p, int index)
{
	cuda_block *b = &p->m->block[index];
	const cuda_block *next = index + 1 < NET_BLOCKS ? b + 1 : nullptr;
	gpu_dropout d = dropout_of(p, index);
	long rows = (long)p->images * b->pixels;
	float *end = next ? p->m->dwide : p->m->features;

	convolve(p, index, CONV_FIRST, b->x);
	convolve(p, index, CONV_SHORTCUT, b->x);
	gpu_relu_drop(&b->norm[CONV_FIRST], &d, rows, b->out[CONV_FIRST], b->mid);
	convolve(p, index, CONV_SECOND, b->mid);
	gpu_add_relu(&b->norm[CONV_SECOND], &b->norm[CONV_SHORTCUT], rows,
		b->out[CONV_SECOND], b->out[CONV_SHORTCUT], end);
	if (next)
		gpu_dwt_forward(
			p->images, next->conv[0].side, b->conv[0].co, end, next->x);
}

/* The weights' gradient of convolution i, from its input and its output's gradient. */
static void weigh(const pass *p, int block, int i, const float *in, const float *dout)
{
	gpu_conv c = p->m->block[block].conv[i];

	c.images = p->images;
	gpu_conv_weights(&c, in, dout, p->m->partial,
		gradient(p->m, p->m->base.net->block[block].conv[i].weight));
}

static void unconvolve(
	const pass *p, int block, int i, const float *dout, float *din, bool add)
{
	gpu_conv c = p->m->block[block].conv[i];

	c.images = p->images;
	gpu_conv_backward(&c, dout,
		weight(p->m, p->m->base.net->block[block].conv[i].weight), din, add);
}

static void backward_block(const pass *p, int index)
{
	cuda_model *m = p->m;
	cuda_block *b = &m->block[index];
	gpu_norm *n = b->norm;
	gpu_dropout d = dropout_of(p, index);
	long rows = (long)p->images * b->pixels;

	gpu_add_relu_backward(&n[CONV_SECOND], &n[CONV_SHORTCUT], rows,
		b->out[CONV_SECOND], b->out[CONV_SHORTCUT], b->grad);
	gpu_norm_backward(&n[CONV_SECOND], rows, b->out[CONV_SECOND], b->grad);
	gpu_norm_backward(&n[CONV_SHORTCUT], rows, b->out[CONV_SHORTCUT], b->grad);
	gpu_norm_apply_backward(
		&n[CONV_SECOND], rows, b->out[CONV_SECOND], b->grad, m->dconv);
	gpu_norm_apply_backward(
		&n[CONV_SHORTCUT], rows, b->out[CONV_SHORTCUT], b->grad, m->dshortcut);
	weigh(p, index, CONV_SECOND, b->mid, m->dconv);
	weigh(p, index, CONV_SHORTCUT, b->x, m->dshortcut);
	unconvolve(p, index, CONV_SECOND, m->dconv, b->mid, false);
	gpu_relu_drop_backward(&n[CONV_FIRST], &d, rows, b->out[CONV_FIRST], b->mid);
	gpu_norm_backward(&n[CONV_FIRST], rows, b->out[CONV_FIRST], b->mid);
	gpu_norm_apply_backward(
		&n[CONV_FIRST], rows, b->out[CONV_FIRST], b->mid, m->dconv);
	weigh(p, index, CONV_FIRST, b->x, m->dconv);
	if (index == 0)
		return;
	unconvolve(p, index, CONV_FIRST, m->dconv, m->dwide, false);
	unconvolve(p, index, CONV_SHORTCUT, m->dshortcut, m->dwide, true);
	gpu_dwt_backward(
		p->images, b->conv[0].side, b->conv[0].ci / 4, m->dwide, (b - 1)->grad);
}

void cuda_forward(const pass *p)
{
	const cuda_model *m = p->m;
	const net *net = m->base.net;

	gpu_dwt_input(p->images, net->channels, m->images, m->block[0].x);
	for (int i = 0; i < NET_BLOCKS; i++)
		forward_block(p, i);
	gpu_linear_forward(p->images, m->features, weight(m, net->linear_weight),
		weight(m, net->linear_bias), m->logits);
}

void cuda_backward(const pass *p)
{
	const cuda_model *m = p->m;
	const net *net = m->base.net;

	gpu_linear_backward(p->images, m->features, m->dlogits,
		weight(m, net->linear_weight), gradient(m, net->linear_weight),
		gradient(m, net->linear_bias), m->block[NET_BLOCKS - 1].grad);
	for (int i = NET_BLOCKS - 1; i >= 0; i--)
		backward_block(p, i);
}
