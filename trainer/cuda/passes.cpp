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

/* Statistics of one or two convolutions' outputs, or those of before. */
static void normalise(gpu_device *d, const gpu_part *p, int block, int i, int j)
{
	gpu_block *b = &d->block[block];
	const gpu_norm *more = j < NET_CONVS ? &b->norm[j] : nullptr;
	const float *x = more ? b->out[j] : nullptr;

	if (p->training) {
		gpu_norm_forward(&d->work, &b->norm[i], b->out[i], more, x,
			(long)p->count * b->pixels);
		return;
	}
	gpu_norm_eval(&d->work, &b->norm[i]);
	if (more)
		gpu_norm_eval(&d->work, more);
}

static gpu_dropout dropout_of(const gpu_device *d, const gpu_part *p, int block)
{
	return gpu_dropout{
		p->training ? d->step : nullptr, block, d->block[block].pixels, p->first};
}

static void forward_block(gpu_device *d, const gpu_part *p, int index)
{
	gpu_work *w = &d->work;
	gpu_block *b = &d->block[index];
	const gpu_norm *n = b->norm;
	gpu_conv first = conv_of(d, p, index, CONV_FIRST),
		 second = conv_of(d, p, index, CONV_SECOND),
		 shortcut = conv_of(d, p, index, CONV_SHORTCUT);
	gpu_dropout drop = dropout_of(d, p, index);
	long rows = (long)p->count * b->pixels;

	gpu_conv_forward(
		w, &first, b->x, b->out[CONV_FIRST], &shortcut, b->out[CONV_SHORTCUT]);
	normalise(d, p, index, CONV_FIRST, CONV_SHORTCUT);
	gpu_relu_drop(w, &n[CONV_FIRST], &drop, rows, b->out[CONV_FIRST], b->mid);
	gpu_conv_forward(w, &second, b->mid, b->out[CONV_SECOND], nullptr, nullptr);
	normalise(d, p, index, CONV_SECOND, NET_CONVS);
	if (index + 1 < NET_BLOCKS)
		gpu_add_relu_dwt(w, &n[CONV_SECOND], &n[CONV_SHORTCUT], p->count,
			first.side / 2, b->out[CONV_SECOND], b->out[CONV_SHORTCUT],
			(b + 1)->x);
	else
		gpu_add_relu(w, &n[CONV_SECOND], &n[CONV_SHORTCUT], rows,
			b->out[CONV_SECOND], b->out[CONV_SHORTCUT], d->features);
}

static float *weight_gradient(const gpu_device *d, int block, int i)
{
	return gradient(d, conv_tensor(d, block, i));
}

/* bands: the gradient after the wavelet that follows; NULL: it lies in b->grad. */
static void backward_end(gpu_device *d, const gpu_part *p, int index, const float *bands)
{
	gpu_work *w = &d->work;
	gpu_block *b = &d->block[index];
	const gpu_norm *n = b->norm;
	gpu_conv second = conv_of(d, p, index, CONV_SECOND);
	gpu_applied to_second = {n[CONV_SECOND], b->out[CONV_SECOND], d->dconv};
	gpu_applied to_shortcut = {n[CONV_SHORTCUT], b->out[CONV_SHORTCUT], d->dshortcut};

	gpu_add_relu_backward(w, &n[CONV_SECOND], &n[CONV_SHORTCUT], p->count,
		second.side, b->out[CONV_SECOND], b->out[CONV_SHORTCUT], bands, b->grad);
	gpu_norm_apply_backward(
		w, &to_second, &to_shortcut, (long)p->count * b->pixels, b->grad);
	gpu_conv_weights(w, &second, b->mid, &d->dconv,
		weight_gradient(d, index, CONV_SECOND), nullptr, nullptr, nullptr);
	gpu_conv_backward(w, &second, d->dconv.value, b->mid, nullptr, nullptr);
}

static void backward_start(gpu_device *d, const gpu_part *p, int index)
{
	gpu_work *w = &d->work;
	gpu_block *b = &d->block[index];
	gpu_conv first = conv_of(d, p, index, CONV_FIRST),
		 shortcut = conv_of(d, p, index, CONV_SHORTCUT);
	gpu_applied to_first = {b->norm[CONV_FIRST], b->out[CONV_FIRST], d->dconv};
	gpu_dropout drop = dropout_of(d, p, index);
	long rows = (long)p->count * b->pixels;

	gpu_relu_drop_backward(
		w, &b->norm[CONV_FIRST], &drop, rows, b->out[CONV_FIRST], b->mid);
	gpu_norm_apply_backward(w, &to_first, nullptr, rows, b->mid);
	gpu_conv_weights(w, &first, b->x, &d->dconv, weight_gradient(d, index, CONV_FIRST),
		&shortcut, &d->dshortcut, weight_gradient(d, index, CONV_SHORTCUT));
	if (index > 0)
		gpu_conv_backward(w, &first, d->dconv.value, d->dwide, &shortcut,
			d->dshortcut.value);
}

/* The weights as products want them: also after the last step's update. */
static void pack(gpu_device *d)
{
	gpu_conv all[GPU_PACKED];

	for (int i = 0; i < GPU_PACKED; i++)
		all[i] = d->block[i / NET_CONVS].conv[i % NET_CONVS];
	gpu_pack(&d->work, all, GPU_PACKED);
}

void device_forward(gpu_device *d, const gpu_part *p)
{
	const net *net = d->model;

	pack(d);
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
		backward_end(d, p, i, i + 1 < NET_BLOCKS ? d->dwide : nullptr);
		backward_start(d, p, i);
		add_from(d, conv_tensor(d, i, CONV_FIRST), &end);
	}
	nccl_join(&d->work.group);
}
