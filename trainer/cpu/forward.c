/* SPDX-License-Identifier: MIT */
/* The forward pass: two phases a block, for a batch norm must see the whole batch. */
#include "cpu/model.h"

#include <math.h>
#include <string.h>

static long at(const struct block *b, int image)
{
	return (long)image * b->pixels * b->co;
}

static void moments(struct model *m, struct block *b, int conv, const struct chunk *k)
{
	struct norm *n = &b->norm[conv];

	if (m->training)
		m->ops->batchnorm->moments(k->images * b->pixels, b->co,
			b->out[conv] + at(b, k->at), n->sum + k->index * b->co,
			n->square + k->index * b->co);
}

/* The end of block b for a chunk: out (images, pixels, co) */
static void block_end(struct model *m, struct block *b, const struct chunk *k, float *out)
{
	m->ops->batchnorm->add_relu(k->images * b->pixels, b->co,
		b->out[CONV_SECOND] + at(b, k->at), &b->norm[CONV_SECOND].affine,
		b->out[CONV_SHORTCUT] + at(b, k->at), &b->norm[CONV_SHORTCUT].affine,
		out);
}

/* Wavelet of the image, or of the block before, then first and shortcut convolution. */
static void block_in(void *arg, int thread, int task)
{
	const struct phase *p = arg;
	struct model *m = p->m;
	struct block *b = &m->block[p->block];
	struct bench *s = &m->bench[thread];
	struct chunk k = model_chunk(m, thread, task);
	long size = (long)b->pixels * b->convs.ci;
	float *in = b->in + k.at * size;

	if (p->block > 0)
		block_end(m, b - 1, &k, s->b);
	for (int i = 0; i < k.images; i++) {
		int c = m->base.net->channels;

		if (p->block == 0)
			m->ops->dwt->input(c,
				m->in.images + (long)(k.at + i) * c * NET_SIDE * NET_SIDE,
				in + i * size);
		else
			m->ops->dwt->forward(b->convs.side, b->convs.ci / 4,
				s->b + i * size, in + i * size);
	}
	b->convs.kind->in_forward(&b->convs, &k, in, b->out[CONV_FIRST] + at(b, k.at),
		b->out[CONV_SHORTCUT] + at(b, k.at));
	moments(m, b, CONV_FIRST, &k);
	moments(m, b, CONV_SHORTCUT, &k);
}

void model_mid_input(struct model *m, struct block *b, const struct chunk *k, float *h)
{
	for (int i = 0; i < k->images; i++)
		m->ops->batchnorm->relu_drop(b->pixels, b->co,
			b->out[CONV_FIRST] + at(b, k->at + i),
			&b->norm[CONV_FIRST].affine, k->keep + i * b->co, h + at(b, i));
}

static void block_mid(void *arg, int thread, int task)
{
	const struct phase *p = arg;
	struct model *m = p->m;
	struct block *b = &m->block[p->block];
	struct bench *s = &m->bench[thread];
	struct chunk k = model_chunk(m, thread, task);

	model_keep(m, thread, p->block, &k);
	model_mid_input(m, b, &k, s->a);
	b->convs.kind->mid_forward(
		&b->convs, &k, s->a, b->out[CONV_SECOND] + at(b, k.at));
	moments(m, b, CONV_SECOND, &k);
}

/* Cross-entropy of one image; dy (16) = (softmax - one-hot) / batch. */
static double softmax_loss(const float *y, int label, int batch, float *dy)
{
	float top = y[0];
	double sum = 0;

	for (int i = 1; i < NET_CLASSES; i++)
		top = y[i] > top ? y[i] : top;
	for (int i = 0; i < NET_CLASSES; i++)
		sum += exp((double)(y[i] - top));
	for (int i = 0; i < NET_CLASSES; i++)
		dy[i] = (float)((exp((double)(y[i] - top)) / sum - (i == label)) / batch);
	return log(sum) - (double)(y[label] - top);
}

static int best_class(const float *y)
{
	int best = 0;

	for (int i = 1; i < NET_CLASSES; i++)
		if (y[i] > y[best])
			best = i;
	return best;
}

static void head(void *arg, int thread, int task)
{
	const struct phase *p = arg;
	struct model *m = p->m;
	const struct net *net = m->base.net;
	const float *w = m->arrays[ARRAY_TRAINED];
	struct chunk k = model_chunk(m, thread, task);

	m->chunk_loss[task] = 0;
	m->chunk_correct[task] = 0;
	block_end(m, &m->block[NET_BLOCKS - 1], &k,
		m->features + (long)k.at * NET_FEATURES);
	for (int i = k.at; i < k.at + k.images; i++) {
		float *y = m->logits + i * NET_COLUMNS;

		m->ops->linear->forward(m->features + (long)i * NET_FEATURES,
			w + net->tensors[net->linear_weight].at,
			w + net->tensors[net->linear_bias].at, y);
		if (!m->in.labels)
			continue;
		m->chunk_loss[task] += softmax_loss(
			y, m->in.labels[i], m->total, m->dlogits + i * NET_COLUMNS);
		m->chunk_correct[task] += best_class(y) == m->in.labels[i];
	}
}

static void finish_norm(struct model *m, int block, int conv)
{
	struct norm *n = &m->block[block].norm[conv];

	if (!m->training) {
		norm_eval(n);
		return;
	}
	model_gather(m, n->sum, n->c);
	model_gather(m, n->square, n->c);
	norm_forward(n, &m->rows[block]);
}

void model_forward(struct model *m, struct outcome *out)
{
	for (int i = 0; i < NET_BLOCKS; i++) {
		model_phase(m, block_in, i, m->chunks);
		finish_norm(m, i, CONV_FIRST);
		finish_norm(m, i, CONV_SHORTCUT);
		model_phase(m, block_mid, i, m->chunks);
		finish_norm(m, i, CONV_SECOND);
	}
	model_phase(m, head, 0, m->chunks);
	*out = (struct outcome){0};
	for (int i = 0; i < m->chunks; i++) {
		out->loss += m->chunk_loss[i];
		out->correct += m->chunk_correct[i];
	}
}
