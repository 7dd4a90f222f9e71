/* SPDX-License-Identifier: MIT */
/* The CPU model's memory: all of it is taken here, before the first step. */
#include "base/mem.h"
#include "cpu/model.h"

#include <stdlib.h>

void model_close(struct backend *b)
{
	struct model *m = (struct model *)b;

	for (int i = 0; i < ARRAYS; i++)
		free(m->arrays[i]);
	for (int i = 0; i < NET_BLOCKS; i++) {
		struct block *k = &m->block[i];

		k->convs.kind->close(&k->convs);
		free(k->in);
		for (int j = 0; j < NET_CONVS; j++) {
			norm_release(&k->norm[j]);
			free(k->out[j]);
		}
	}
	for (int i = 0; i < pool_threads(m->pool); i++) {
		free(m->bench[i].convs);
		free(m->bench[i].a);
		free(m->bench[i].b);
		free(m->bench[i].c);
		free(m->bench[i].keep);
	}
	free(m->bench);
	free(m->grad[0]);
	free(m->grad[1]);
	free(m->convs_shared);
	free(m->features);
	free(m->logits);
	free(m->dlogits);
	free(m->linear_t);
	free(m->chunk_loss);
	free(m->chunk_correct);
	pool_free(m->pool);
	free(m);
}

static void open_block(struct model *m, int index)
{
	const struct net *net = m->base.net;
	const struct net_block *shape = &net->block[index];
	struct block *b = &m->block[index];
	long size;

	b->pixels = shape->side * shape->side;
	b->co = shape->co;
	size = (long)m->base.batch * b->pixels * b->co;
	b->convs = (struct convs){.ops = m->ops,
		.side = shape->side,
		.ci = shape->ci,
		.co = shape->co,
		.batch = m->base.batch};
	for (int i = 0; i < NET_CONVS; i++) {
		const struct conv_bn *c = &shape->conv[i];
		const struct tensor *t = net->tensors;
		float *w = m->arrays[ARRAY_TRAINED], *g = m->arrays[ARRAY_GRAD];
		struct norm *n = &b->norm[i];

		b->convs.w[i] = w + t[c->weight].at;
		b->convs.g[i] = g + t[c->weight].at;
		norm_alloc(n, b->co, m->all_chunks);
		n->weight = w + t[c->bn_weight].at;
		n->bias = w + t[c->bn_bias].at;
		n->weight_grad = g + t[c->bn_weight].at;
		n->bias_grad = g + t[c->bn_bias].at;
		n->running_mean = m->arrays[ARRAY_STATS] + t[c->mean].at;
		n->running_var = m->arrays[ARRAY_STATS] + t[c->var].at;
		b->out[i] = mem_floats(size);
	}
	b->in = mem_floats((long)m->base.batch * b->pixels * shape->ci);
	b->grad_mid = b->out[CONV_SECOND];
	if (index == 0)
		direct_open(&b->convs);
	else
		freq_open(&b->convs);
}

/* The buffers that blocks use one after the other. */
static void open_shared(struct model *m)
{
	long grad[2] = {0}, convs = 0;

	for (int i = 0; i < NET_BLOCKS; i++) {
		const struct block *b = &m->block[i];
		long size = (long)m->base.batch * b->pixels * b->co;
		long need = i > 0 ? convs_shared(&b->convs) : 0;

		grad[i % 2] = size > grad[i % 2] ? size : grad[i % 2];
		convs = need > convs ? need : convs;
	}
	m->grad[0] = mem_floats(grad[0]);
	m->grad[1] = mem_floats(grad[1]);
	for (int i = 0; i < NET_BLOCKS; i++)
		m->block[i].grad = m->grad[i % 2];
	m->convs_shared = mem_floats(convs);
	for (int i = 1; i < NET_BLOCKS; i++)
		m->block[i].convs.d = m->convs_shared;
}

static void open_benches(struct model *m)
{
	long scratch = 0, wide = 0;
	int threads = pool_threads(m->pool);

	for (int i = 0; i < NET_BLOCKS; i++) {
		const struct convs *c = &m->block[i].convs;
		long need = convs_scratch(c);
		long size = (long)CHUNK * m->block[i].pixels *
			    (c->ci > c->co ? c->ci : c->co);

		scratch = need > scratch ? need : scratch;
		wide = size > wide ? size : wide;
	}
	m->bench = mem_alloc((size_t)threads * sizeof(*m->bench));
	for (int i = 0; i < threads; i++) {
		m->bench[i].convs = mem_floats(scratch);
		m->bench[i].a = mem_floats(wide);
		m->bench[i].b = mem_floats(wide);
		m->bench[i].c = mem_floats(wide);
		m->bench[i].keep = mem_floats(CHUNK * 128);
	}
}

/* The most images of a batch that one process of the team gets. */
static int largest_share(int batch, int world)
{
	int chunks = (batch + CHUNK - 1) / CHUNK,
	    most = (chunks + world - 1) / world * CHUNK;

	return most < batch ? most : batch;
}

struct model *model_open(const struct net *net, int batch, int threads,
	const struct ops *ops, struct team *team)
{
	struct model *m = mem_alloc(sizeof(*m));
	int chunks;

	m->all_chunks = (batch + CHUNK - 1) / CHUNK;
	batch = team ? largest_share(batch, team->world) : batch;
	chunks = (batch + CHUNK - 1) / CHUNK;
	m->base = (struct backend){.net = net, .batch = batch};
	m->ops = ops;
	m->team = team;
	m->pool = pool_new(threads);
	for (int i = 0; i < ARRAYS; i++)
		m->arrays[i] = mem_floats(array_count(net, (enum array)i));
	for (int i = 0; i < NET_BLOCKS; i++)
		open_block(m, i);
	open_shared(m);
	open_benches(m);
	m->features = mem_floats((long)batch * NET_FEATURES);
	m->logits = mem_floats((long)batch * NET_COLUMNS);
	m->dlogits = mem_floats((long)batch * NET_COLUMNS);
	m->linear_t = mem_floats((long)NET_CLASSES * NET_FEATURES);
	m->chunk_loss = mem_alloc((size_t)chunks * sizeof(double));
	m->chunk_correct = mem_alloc((size_t)chunks * sizeof(int));
	return m;
}
