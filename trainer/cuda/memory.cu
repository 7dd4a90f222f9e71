/* SPDX-License-Identifier: MIT */
#include "cuda/check.h"
#include "cuda/model.h"

#include <cmath>

/* Zeroed device memory; after a failure, *bad says so and nothing more is tried. */
static float *take(cuda_model *m, long count, int *bad, err *e)
{
	size_t size = (size_t)count * sizeof(float);
	void *p = nullptr;

	if (*bad < 0)
		return nullptr;
	*bad = cuda_check(cudaMalloc(&p, size), "memory for the model", e);
	if (*bad < 0)
		return nullptr;
	m->all[m->all_count++] = static_cast<float *>(p);
	*bad = cuda_check(cudaMemset(p, 0, size), "clear memory", e);
	return static_cast<float *>(p);
}

static int open_norm(cuda_model *m, gpu_norm *n, const conv_bn *c, int co, err *e)
{
	const tensor *t = m->base.net->tensors;
	int bad = 0;
	float *p = take(m, 6L * co, &bad, e);

	n->c = co;
	n->scale = p;
	n->shift = p + co;
	n->mean = p + 2 * co;
	n->rstd = p + 3 * co;
	n->slope = p + 4 * co;
	n->offset = p + 5 * co;
	n->weight = m->arrays[ARRAY_TRAINED] + t[c->bn_weight].at;
	n->bias = m->arrays[ARRAY_TRAINED] + t[c->bn_bias].at;
	n->weight_grad = m->arrays[ARRAY_GRAD] + t[c->bn_weight].at;
	n->bias_grad = m->arrays[ARRAY_GRAD] + t[c->bn_bias].at;
	n->running_mean = m->arrays[ARRAY_STATS] + t[c->mean].at;
	n->running_var = m->arrays[ARRAY_STATS] + t[c->var].at;
	n->partial = take(m, 2L * GPU_SPLITS * co, &bad, e);
	return bad;
}

static int open_block(cuda_model *m, int index, err *e)
{
	const net_block *shape = &m->base.net->block[index];
	cuda_block *b = &m->block[index];
	int batch = m->base.batch, ci = shape->ci, co = shape->co, bad = 0;
	long size;

	b->pixels = shape->side * shape->side;
	size = (long)batch * b->pixels;
	for (int i = 0; i < NET_CONVS; i++) {
		b->conv[i] = gpu_conv{batch, shape->side, i == CONV_SECOND ? co : ci, co,
			i == CONV_SHORTCUT ? 1 : 3};
		b->out[i] = take(m, size * co, &bad, e);
		if (bad < 0 || open_norm(m, &b->norm[i], &shape->conv[i], co, e) < 0)
			return -1;
	}
	b->x = take(m, size * ci, &bad, e);
	b->mid = take(m, size * co, &bad, e);
	b->grad = take(m, size * co, &bad, e);
	return bad;
}

static int open_shared(cuda_model *m, err *e)
{
	long batch = m->base.batch, narrow = 0, wide = 0, partial = 0;
	int bad = 0;

	for (int i = 0; i < NET_BLOCKS; i++) {
		const cuda_block *b = &m->block[i];
		long size = batch * b->pixels;

		narrow = fmax(narrow, size * b->conv[0].co);
		wide = fmax(wide, size * b->conv[0].ci);
		for (int j = 0; j < NET_CONVS; j++)
			partial = fmax(partial, gpu_conv_partial(&b->conv[j]));
	}
	m->dconv = take(m, narrow, &bad, e);
	m->dshortcut = take(m, narrow, &bad, e);
	m->dwide = take(m, wide, &bad, e);
	m->partial = take(m, partial, &bad, e);
	m->images = take(m, batch * m->base.net->channels * NET_SIDE * NET_SIDE, &bad, e);
	m->features = take(m, batch * NET_FEATURES, &bad, e);
	m->logits = take(m, batch * COLUMNS, &bad, e);
	m->dlogits = take(m, batch * COLUMNS, &bad, e);
	m->losses = take(m, batch * 2, &bad, e);
	m->loss = take(m, 2, &bad, e);
	m->labels = reinterpret_cast<uint8_t *>(take(m, batch, &bad, e));
	return bad;
}

int cuda_take_memory(cuda_model *m, err *e)
{
	int bad = 0;

	for (int i = 0; i < ARRAYS; i++)
		m->arrays[i] = take(m, array_count(m->base.net, (enum array)i), &bad, e);
	for (int i = 0; i < NET_BLOCKS && bad == 0; i++)
		bad = open_block(m, i, e);
	m->host_logits = new float[(size_t)m->base.batch * COLUMNS];
	return bad < 0 ? bad : open_shared(m, e);
}

void cuda_free_memory(cuda_model *m)
{
	for (int i = 0; i < m->all_count; i++)
		cudaFree(m->all[i]);
	delete[] m->host_logits;
}
