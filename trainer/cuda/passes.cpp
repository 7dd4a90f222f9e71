/* SPDX-License-Identifier: MIT */
/* Forward and backward on the device, block by block. */
#include "cuda/device.h"

static const float *weight(const gpu_device *d, int tensor)
{
	return d->arrays[ARRAY_TRAINED] + d->model->tensors[tensor].at;
}

static float *gradient(const gpu_device *d, int tensor)
{
	return d->arrays[ARRAY_GRAD] + d->model->tensors[tensor].at;
}

static int conv_tensor(const gpu_device *d, int block, int i)
{
	return d->model->block[block].conv[i].weight;
}

static gpu_conv conv_of(const gpu_device *d, const gpu_part *p, int block, int i)
{
	gpu_conv c = d->block[block].conv[i];

	c.images = p->count;
	return c;
}

static void convolve(gpu_device *d, const gpu_part *p, int block, int i, const float *in)
{
	gpu_block *b = &d->block[block];
	gpu_conv c = conv_of(d, p, block, i);

	gpu_conv_forward(
		&d->work, &c, in, weight(d, conv_tensor(d, block, i)), b->out[i]);
	if (p->training)
		gpu_norm_forward(
			&d->work, &b->norm[i], (long)p->count * b->pixels, b->out[i]);
	else
		gpu_norm_eval(&d->work, &b->norm[i]);
}

static gpu_dropout dropout_of(const gpu_device *d, const gpu_part *p, int block)
{
	return gpu_dropout{
		p->training ? d->step : nullptr, block, d->block[block].pixels, p->first};
}

static void forward_block(gpu_device *d, const gpu_part *p, int index)
{
	const gpu_work *w = &d->work;
	gpu_block *b = &d->block[index];
	const gpu_block *next = index + 1 < NET_BLOCKS ? b + 1 : nullptr;
	gpu_dropout drop = dropout_of(d, p, index);
	long rows = (long)p->count * b->pixels;
	float *end = next ? d->dwide : d->features;

	convolve(d, p, index, CONV_FIRST, b->x);
	convolve(d, p, index, CONV_SHORTCUT, b->x);
	gpu_relu_drop(w, &b->norm[CONV_FIRST], &drop, rows, b->out[CONV_FIRST], b->mid);
	convolve(d, p, index, CONV_SECOND, b->mid);
	gpu_add_relu(w, &b->norm[CONV_SECOND], &b->norm[CONV_SHORTCUT], rows,
		b->out[CONV_SECOND], b->out[CONV_SHORTCUT], end);
	if (next)
		gpu_dwt_forward(
			w, p->count, next->conv[0].side, b->conv[0].co, end, next->x);
}

/* The weights' gradient of convolution i, from its input and its output's gradient. */
static void weigh(gpu_device *d, const gpu_part *p, int block, int i, const float *in,
	const float *dout)
{
	gpu_conv c = conv_of(d, p, block, i);

	gpu_conv_weights(&d->work, &c, in, dout, gradient(d, conv_tensor(d, block, i)));
}

static void unconvolve(gpu_device *d, const gpu_part *p, int block, int i,
	const float *dout, float *din, bool add)
{
	gpu_conv c = conv_of(d, p, block, i);

	gpu_conv_backward(
		&d->work, &c, dout, weight(d, conv_tensor(d, block, i)), din, add);
}

static void backward_block(gpu_device *d, const gpu_part *p, int index)
{
	gpu_work *w = &d->work;
	gpu_block *b = &d->block[index];
	gpu_norm *n = b->norm;
	gpu_dropout drop = dropout_of(d, p, index);
	long rows = (long)p->count * b->pixels;

	gpu_add_relu_backward(w, &n[CONV_SECOND], &n[CONV_SHORTCUT], rows,
		b->out[CONV_SECOND], b->out[CONV_SHORTCUT], b->grad);
	gpu_norm_backward(w, &n[CONV_SECOND], rows, b->out[CONV_SECOND], b->grad);
	gpu_norm_backward(w, &n[CONV_SHORTCUT], rows, b->out[CONV_SHORTCUT], b->grad);
	gpu_norm_apply_backward(
		w, &n[CONV_SECOND], rows, b->out[CONV_SECOND], b->grad, d->dconv);
	gpu_norm_apply_backward(
		w, &n[CONV_SHORTCUT], rows, b->out[CONV_SHORTCUT], b->grad, d->dshortcut);
	weigh(d, p, index, CONV_SECOND, b->mid, d->dconv);
	weigh(d, p, index, CONV_SHORTCUT, b->x, d->dshortcut);
	unconvolve(d, p, index, CONV_SECOND, d->dconv, b->mid, false);
	gpu_relu_drop_backward(
		w, &n[CONV_FIRST], &drop, rows, b->out[CONV_FIRST], b->mid);
	gpu_norm_backward(w, &n[CONV_FIRST], rows, b->out[CONV_FIRST], b->mid);
	gpu_norm_apply_backward(
		w, &n[CONV_FIRST], rows, b->out[CONV_FIRST], b->mid, d->dconv);
	weigh(d, p, index, CONV_FIRST, b->x, d->dconv);
	if (index == 0)
		return;
	unconvolve(d, p, index, CONV_FIRST, d->dconv, d->dwide, false);
	unconvolve(d, p, index, CONV_SHORTCUT, d->dshortcut, d->dwide, true);
	gpu_dwt_backward(
		w, p->count, b->conv[0].side, b->conv[0].ci / 4, d->dwide, (b - 1)->grad);
}

void device_forward(gpu_device *d, const gpu_part *p)
{
	const net *net = d->model;

	gpu_dwt_input(&d->work, p->count, net->channels, d->images, d->block[0].x);
	for (int i = 0; i < NET_BLOCKS; i++)
		forward_block(d, p, i);
	gpu_linear_forward(&d->work, p->count, d->features, weight(d, net->linear_weight),
		weight(d, net->linear_bias), d->logits);
}

/* Gradients from `tensor` to the array's end, or to where the last call began: they are
 * added up over the devices while the blocks before are still computed. */
static void add_from(gpu_device *d, int tensor, long *end)
{
	long at = d->model->tensors[tensor].at;

	nccl_add(&d->work.group, d->arrays[ARRAY_GRAD] + at, *end - at);
	*end = at;
}

void device_backward(gpu_device *d, const gpu_part *p)
{
	const net *net = d->model;
	long end = net->trained_count;

	gpu_linear_backward(&d->work, p->count, d->features, d->dlogits,
		weight(d, net->linear_weight), gradient(d, net->linear_weight),
		gradient(d, net->linear_bias), d->block[NET_BLOCKS - 1].grad);
	for (int i = NET_BLOCKS - 1; i >= 0; i--) {
		backward_block(d, p, i);
		add_from(d, conv_tensor(d, i, CONV_FIRST), &end);
	}
	nccl_join(&d->work.group);
}
