/* SPDX-License-Identifier: MIT */
#include "cuda/device.h"
#include "cuda/check.h"

#include <algorithm>

/* Zeroed device memory; NULL after a failure, which is noted. */
static void *take_bytes(gpu_device *d, size_t size)
{
	void *p = nullptr;

	if (size == 0 || GPU_DO(cudaMalloc(&p, size)) < 0)
		return nullptr;
	d->memory.push_back(p);
	GPU_DO(cudaMemsetAsync(p, 0, size, d->work.stream));
	return p;
}

static float *take(gpu_device *d, long count)
{
	return static_cast<float *>(take_bytes(d, (size_t)count * sizeof(float)));
}

/* Host memory that the device reads and writes by itself. */
static void *take_pinned(gpu_device *d, size_t size)
{
	void *p = nullptr;

	if (GPU_DO(cudaMallocHost(&p, size)) < 0)
		return nullptr;
	d->pinned.push_back(p);
	return p;
}

static void open_norm(gpu_device *d, gpu_norm *n, const conv_bn *c, int co)
{
	const tensor *t = d->model->tensors;
	float *p = take(d, 6L * co);

	if (!p)
		return;
	n->c = co;
	while (1 << n->bits < co)
		n->bits++;
	n->scale = p;
	n->shift = p + co;
	n->mean = p + 2 * co;
	n->rstd = p + 3 * co;
	n->slope = p + 4 * co;
	n->offset = p + 5 * co;
	n->weight = d->arrays[ARRAY_TRAINED] + t[c->bn_weight].at;
	n->bias = d->arrays[ARRAY_TRAINED] + t[c->bn_bias].at;
	n->weight_grad = d->arrays[ARRAY_GRAD] + t[c->bn_weight].at;
	n->bias_grad = d->arrays[ARRAY_GRAD] + t[c->bn_bias].at;
	n->running_mean = d->arrays[ARRAY_STATS] + t[c->mean].at;
	n->running_var = d->arrays[ARRAY_STATS] + t[c->var].at;
	n->partial = static_cast<double *>(
		take_bytes(d, sizeof(double) * 3 * GPU_SPLITS * (size_t)co));
	n->arrived = static_cast<unsigned *>(take_bytes(d, sizeof(unsigned)));
	n->parts = static_cast<double *>(take_bytes(
		d, sizeof(double) * (size_t)(2 * co + 1) * (size_t)d->work.group.ranks));
}

/* A block's weights as products want them. */
static void open_packed(gpu_device *d, gpu_block *b)
{
	static const int order[] = {CONV_FIRST, CONV_SHORTCUT, CONV_SECOND};
	size_t size = 0;
	char *at;

	for (const gpu_conv &c : b->conv)
		size += 2 * gpu_conv_room(&d->work, &c).packed;
	at = static_cast<char *>(take_bytes(d, size));
	for (int i : order) {
		b->conv[i].packed = at;
		at += at ? gpu_conv_room(&d->work, &b->conv[i]).packed : 0;
	}
	for (int i : order) {
		b->conv[i].packed_back = at;
		at += at ? gpu_conv_room(&d->work, &b->conv[i]).packed : 0;
	}
}

static void open_block(gpu_device *d, int index)
{
	const net_block *shape = &d->model->block[index];
	gpu_block *b = &d->block[index];
	int ci = shape->ci, co = shape->co;
	long size;

	b->pixels = shape->side * shape->side;
	size = (long)d->batch * b->pixels;
	for (int i = 0; i < NET_CONVS; i++) {
		b->conv[i] = gpu_conv{d->batch, shape->side, i == CONV_SECOND ? co : ci,
			co, i == CONV_SHORTCUT ? 1 : 3,
			d->arrays[ARRAY_TRAINED] +
				d->model->tensors[shape->conv[i].weight].at,
			nullptr, nullptr};
		b->out[i] = take(d, size * co);
		open_norm(d, &b->norm[i], &shape->conv[i], co);
	}
	open_packed(d, b);
	b->x = take(d, size * ci);
	b->mid = take(d, size * co);
	b->grad = take(d, size * co);
}

static void open_products(gpu_device *d)
{
	gpu_conv_needs most = {0, 0, 0};

	for (int i = 0; i < NET_BLOCKS; i++) {
		for (int j = 0; j < NET_CONVS; j++) {
			gpu_conv_needs n = gpu_conv_room(&d->work, &d->block[i].conv[j]);

			most.partial = std::max(most.partial, n.partial);
			most.patches = std::max(most.patches, n.patches);
		}
	}
	d->work.partial = take(d, most.partial);
	d->work.patches = take_bytes(d, most.patches);
	d->work.patch_room = most.patches;
}

static gpu_gradient take_gradient(gpu_device *d, long count)
{
	gpu_gradient g = {take(d, count), nullptr};

	if (d->work.precision == PRECISION_BF16)
		g.half = static_cast<uint16_t *>(
			take_bytes(d, (size_t)count * sizeof(uint16_t)));
	return g;
}

static void open_shared(gpu_device *d)
{
	long batch = d->batch, narrow = 0, wide = 0;
	size_t step = sizeof(step_values) + (size_t)batch * sizeof(int);

	for (int i = 0; i < NET_BLOCKS; i++) {
		const gpu_block *b = &d->block[i];

		narrow = std::max(narrow, batch * b->pixels * b->conv[0].co);
		wide = std::max(wide, batch * b->pixels * b->conv[0].ci);
	}
	d->dconv = take_gradient(d, narrow);
	d->dshortcut = take_gradient(d, narrow);
	d->dwide = take(d, wide);
	d->images = take(d, batch * d->model->channels * NET_SIDE * NET_SIDE);
	d->features = take(d, batch * NET_FEATURES);
	d->logits = take(d, batch * NET_COLUMNS);
	d->dlogits = take(d, batch * NET_COLUMNS);
	d->losses = take(d, batch * 2);
	d->loss = static_cast<double *>(take_bytes(d, 2 * sizeof(double)));
	d->labels = static_cast<uint8_t *>(take_bytes(d, (size_t)batch));
	d->step = static_cast<step_values *>(take_bytes(d, step));
	d->step_host = static_cast<step_values *>(take_pinned(d, step));
	d->loss_host = static_cast<double *>(take_pinned(d, 2 * sizeof(double)));
	d->logits_host = static_cast<float *>(
		take_pinned(d, (size_t)batch * NET_COLUMNS * sizeof(float)));
}

void device_take_memory(gpu_device *d)
{
	for (int i = 0; i < ARRAYS; i++) {
		d->arrays[i] = take(d, array_count(d->model, (enum array)i));
		if (!d->arrays[i])
			return;
	}
	for (int i = 0; i < NET_BLOCKS; i++)
		open_block(d, i);
	open_products(d);
	open_shared(d);
}

void device_free_memory(gpu_device *d)
{
	for (void *p : d->memory)
		GPU_DO(cudaFree(p));
	for (void *p : d->pinned)
		GPU_DO(cudaFreeHost(p));
}
