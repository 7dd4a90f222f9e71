/* SPDX-License-Identifier: MIT */
/* The backward pass, phase by phase as the forward one, then the weights' gradients. */
#include "cpu/model.h"

#include <string.h>

enum { LINEAR_ROWS = 64 }; /* rows of the linear layer's gradient in one task */

static long at(const struct block *b, int image)
{
	return (long)image * b->pixels * b->co;
}

/* b->grad arrives at the end of block b for a chunk: through its ReLU, with its norms'
 * sums. */
static void block_end(struct model *m, struct block *b, const struct chunk *k)
{
	struct norm *n = b->norm;
	long part = (long)k->index * b->co, first = at(b, k->at);
	size_t size = (size_t)b->co * sizeof(float);

	memset(n[CONV_SECOND].sum + part, 0, size);
	memset(n[CONV_SECOND].square + part, 0, size);
	memset(n[CONV_SHORTCUT].square + part, 0, size);
	m->ops->batchnorm->add_relu_backward(k->images * b->pixels, b->co,
		b->out[CONV_SECOND] + first, &n[CONV_SECOND].affine,
		b->out[CONV_SHORTCUT] + first, &n[CONV_SHORTCUT].affine, b->grad + first,
		n[CONV_SECOND].sum + part, n[CONV_SECOND].square + part,
		n[CONV_SHORTCUT].square + part);
}

static void head(void *arg, int thread, int task)
{
	const struct phase *p = arg;
	struct model *m = p->m;
	struct block *b = &m->block[NET_BLOCKS - 1];
	struct chunk k = model_chunk(m, thread, task);

	for (int i = k.at; i < k.at + k.images; i++)
		m->ops->linear->backward(
			m->dlogits + i * NET_COLUMNS, m->linear_t, b->grad + at(b, i));
	block_end(m, b, &k);
}

static void block_mid(void *arg, int thread, int task)
{
	const struct phase *p = arg;
	struct model *m = p->m;
	struct block *b = &m->block[p->block];
	struct norm *n = &b->norm[CONV_FIRST];
	struct chunk k = model_chunk(m, thread, task);
	long first = at(b, k.at), part = (long)k.index * b->co;
	float *dy = m->bench[thread].a, *h = m->bench[thread].b;

	model_keep(m, thread, p->block, &k);
	if (p->block == 0)
		model_mid_input(m, b, &k, h);
	m->ops->batchnorm->backward(k.images * b->pixels, b->co,
		b->out[CONV_SECOND] + first, &b->norm[CONV_SECOND].affine,
		b->grad + first, dy);
	b->convs.kind->mid_backward(&b->convs, &k, h, dy, b->grad_mid + first);
	memset(n->sum + part, 0, (size_t)b->co * sizeof(float));
	memset(n->square + part, 0, (size_t)b->co * sizeof(float));
	for (int i = 0; i < k.images; i++)
		m->ops->batchnorm->relu_drop_backward(b->pixels, b->co,
			b->out[CONV_FIRST] + at(b, k.at + i), &n->affine,
			k.keep + i * b->co, b->grad_mid + at(b, k.at + i), n->sum + part,
			n->square + part);
}

static void block_in(void *arg, int thread, int task)
{
	const struct phase *p = arg;
	struct model *m = p->m;
	struct block *b = &m->block[p->block];
	struct bench *s = &m->bench[thread];
	struct chunk k = model_chunk(m, thread, task);
	int rows = k.images * b->pixels;
	long first = at(b, k.at), size = (long)b->pixels * b->convs.ci;

	m->ops->batchnorm->backward(rows, b->co, b->out[CONV_FIRST] + first,
		&b->norm[CONV_FIRST].affine, b->grad_mid + first, s->a);
	m->ops->batchnorm->backward(rows, b->co, b->out[CONV_SHORTCUT] + first,
		&b->norm[CONV_SHORTCUT].affine, b->grad + first, s->b);
	b->convs.kind->in_backward(&b->convs, &k, b->in + k.at * size, s->a, s->b, s->c);
	if (p->block == 0)
		return;
	for (int i = 0; i < k.images; i++)
		m->ops->dwt->backward(b->convs.side, b->convs.ci / 4, s->c + i * size,
			(b - 1)->grad + at(b - 1, k.at + i));
	block_end(m, b - 1, &k);
}

static void weights(void *arg, int thread, int task)
{
	const struct phase *p = arg;
	struct convs *c = &p->m->block[p->block].convs;

	c->kind->weights(c, p->round, task, p->m->in.count, p->m->bench[thread].convs);
}

static void weights_phase(struct model *m, int block, enum weight_round round)
{
	struct convs *c = &m->block[block].convs;
	struct phase p = {.m = m, .block = block, .round = round};

	pool_run(m->pool, c->kind->weight_tasks(c, round), weights, &p);
}

static void linear_weights(void *arg, int thread, int task)
{
	const struct phase *p = arg;
	struct model *m = p->m;
	const struct net *net = m->base.net;
	float *g = m->arrays[ARRAY_GRAD];

	(void)thread;
	m->ops->linear->weights(m->in.count, task * LINEAR_ROWS, (task + 1) * LINEAR_ROWS,
		m->features, m->dlogits, g + net->tensors[net->linear_weight].at);
}

static void linear_bias(struct model *m)
{
	const struct net *net = m->base.net;
	float *g = m->arrays[ARRAY_GRAD] + net->tensors[net->linear_bias].at;

	double sum[NET_COLUMNS] = {0};

	for (int i = 0; i < m->in.count; i++)
		for (int j = 0; j < NET_COLUMNS; j++)
			sum[j] += m->dlogits[i * NET_COLUMNS + j];
	for (int j = 0; j < NET_COLUMNS; j++)
		g[j] = (float)sum[j];
}

static void finish_end(struct model *m, int block)
{
	struct norm *n = m->block[block].norm;

	model_gather(m, n[CONV_SECOND].sum, n->c);
	model_gather(m, n[CONV_SECOND].square, n->c);
	model_gather(m, n[CONV_SHORTCUT].square, n->c);
	norm_backward(&n[CONV_SECOND], &m->rows[block], n[CONV_SECOND].sum);
	norm_backward(&n[CONV_SHORTCUT], &m->rows[block], n[CONV_SECOND].sum);
}

/* Adds up the gradients from tensor `first` to before `last` over the team, while the
 * backward pass goes on. Those of norms are whole already: only rank 0 brings them in. */
static void share_gradients(struct model *m, int first, int last)
{
	const struct tensor *t = m->base.net->tensors;
	float *g = m->arrays[ARRAY_GRAD];
	long from = t[first].at, to = from;

	if (!m->team)
		return;
	for (int i = first; i < last; i++) {
		if (!t[i].trained)
			continue;
		to = t[i].at + t[i].count;
		if (t[i].kind == TENSOR_VECTOR && m->team->rank > 0)
			memset(g + t[i].at, 0, (size_t)t[i].count * sizeof(float));
	}
	m->team->add(m->team, g + from, to - from);
}

static void share_block(struct model *m, int block)
{
	const struct conv_bn *c = m->base.net->block[block].conv;

	share_gradients(m, c[CONV_FIRST].weight, c[CONV_SHORTCUT].var + 1);
}

static void share_linear(struct model *m)
{
	share_gradients(m, m->base.net->linear_weight, m->base.net->linear_bias + 1);
}

void model_backward(struct model *m)
{
	model_phase(m, head, 0, m->chunks);
	finish_end(m, NET_BLOCKS - 1);
	model_phase(m, linear_weights, 0, NET_FEATURES / LINEAR_ROWS);
	linear_bias(m);
	share_linear(m);
	for (int i = NET_BLOCKS - 1; i >= 0; i--) {
		struct norm *n = &m->block[i].norm[CONV_FIRST];

		model_phase(m, block_mid, i, m->chunks);
		model_gather(m, n->sum, n->c);
		model_gather(m, n->square, n->c);
		norm_backward(n, &m->rows[i], n->sum);
		weights_phase(m, i, WEIGHTS_MID);
		model_phase(m, block_in, i, m->chunks);
		if (i > 0)
			finish_end(m, i - 1);
		weights_phase(m, i, WEIGHTS_IN);
		weights_phase(m, i, WEIGHTS_TAPS);
		share_block(m, i);
	}
	if (m->team)
		m->team->finish(m->team);
}
