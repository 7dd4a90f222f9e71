/* SPDX-License-Identifier: MIT */
/* The CPU backend: memory, the step, and access to the arrays. */
#include "cpu/model.h"
#include "base/mem.h"
#include "net/dropout.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ADAM_PART = 16384 };

void model_phase(struct model *m, pool_fn *fn, int block, int tasks)
{
	struct phase p = {.m = m, .block = block};

	pool_run(m->pool, tasks, fn, &p);
}

static int model_rank(const struct model *m)
{
	return m->team ? m->team->rank : 0;
}

static int model_first_chunk(const struct model *m)
{
	return m->share[model_rank(m)];
}

void model_gather(struct model *m, float *rows, int c)
{
	if (m->team)
		m->team->gather(m->team, rows, m->share, c);
}

struct chunk model_chunk(const struct model *m, int thread, int task)
{
	int first = task * CHUNK, left = m->in.count - first;

	return (struct chunk){.index = model_first_chunk(m) + task,
		.at = first,
		.images = left < CHUNK ? left : CHUNK,
		.scratch = m->bench[thread].convs};
}

void model_keep(const struct model *m, int thread, int block, struct chunk *k)
{
	float *keep = m->bench[thread].keep;
	int c = m->block[block].co;

	for (int i = 0; i < k->images; i++) {
		if (m->training)
			dropout_keep(m->key, block, (long)k->index * CHUNK + i, c,
				keep + i * c);
		else
			for (int j = 0; j < c; j++)
				keep[i * c + j] = 1;
	}
	k->keep = keep;
}

static void prepare_task(void *arg, int thread, int task)
{
	const struct phase *p = arg;
	struct convs *c = &p->m->block[p->block].convs;

	c->kind->prepare(c, task, p->m->bench[thread].convs);
}

void model_prepare(struct model *m)
{
	const struct net *net = m->base.net;
	const float *w = m->arrays[ARRAY_TRAINED] + net->tensors[net->linear_weight].at;

	for (int i = 0; i < NET_BLOCKS; i++) {
		struct convs *c = &m->block[i].convs;

		model_phase(m, prepare_task, i, c->kind->prepare_tasks(c));
	}
	for (int k = 0; k < NET_FEATURES; k++)
		for (int j = 0; j < NET_CLASSES; j++)
			m->linear_t[j * NET_FEATURES + k] = w[k * NET_COLUMNS + j];
}

static struct model *model_of(struct backend *b)
{
	return (struct model *)b;
}

static void set_batch(
	struct model *m, const struct batch *in, bool training, uint64_t key)
{
	int world = m->team ? m->team->world : 1, chunks;

	m->in = *in;
	m->training = training;
	m->key = key;
	m->total = in->total ? in->total : in->count;
	chunks = (m->total + CHUNK - 1) / CHUNK;
	for (int i = 0; i <= world; i++)
		m->share[i] = team_first_chunk(chunks, i, world);
	m->chunks = (in->count + CHUNK - 1) / CHUNK;
	for (int i = 0; i < NET_BLOCKS; i++) {
		long pixels = m->block[i].pixels;

		m->rows[i] = (struct norm_rows){.chunks = chunks,
			.per_chunk = CHUNK * pixels,
			.total = m->total * pixels};
	}
}

static int train(struct backend *b, const struct batch *in, uint64_t key,
	struct outcome *out, struct err *e)
{
	struct model *m = model_of(b);

	(void)e;
	set_batch(m, in, true, key);
	model_forward(m, out);
	model_backward(m);
	return 0;
}

static int eval(struct backend *b, const struct batch *in, float *logits,
	struct outcome *out, struct err *e)
{
	struct model *m = model_of(b);

	(void)e;
	set_batch(m, in, false, 0);
	model_forward(m, out);
	for (int i = 0; logits && i < in->count; i++)
		memcpy(logits + (long)i * NET_CLASSES, m->logits + i * NET_COLUMNS,
			NET_CLASSES * sizeof(float));
	return 0;
}

struct update {
	struct model *m;
	struct adam_step step;
};

static void adam_task(void *arg, int thread, int task)
{
	const struct update *u = arg;
	float **a = u->m->arrays;
	long from = (long)task * ADAM_PART, left = u->m->base.net->trained_count - from;

	(void)thread;
	u->m->ops->vector->adam(left < ADAM_PART ? left : ADAM_PART, &u->step,
		a[ARRAY_GRAD] + from, a[ARRAY_TRAINED] + from, a[ARRAY_ADAM_M] + from,
		a[ARRAY_ADAM_V] + from);
}

static int update(struct backend *b, const struct adam *a, long step, struct err *e)
{
	struct model *m = model_of(b);
	struct update u = {.m = m};
	long parts = (b->net->trained_count + ADAM_PART - 1) / ADAM_PART;

	(void)e;
	u.step.rate = (float)(a->lr / (1 - pow(a->beta1, (double)step)));
	u.step.v_scale = (float)(1 / sqrt(1 - pow(a->beta2, (double)step)));
	u.step.beta1 = (float)a->beta1;
	u.step.beta2 = (float)a->beta2;
	u.step.eps = (float)a->eps;
	pool_run(m->pool, (int)parts, adam_task, &u);
	model_prepare(m);
	return 0;
}

static int read_array(struct backend *b, enum array which, float *to, struct err *e)
{
	(void)e;
	memcpy(to, model_of(b)->arrays[which],
		(size_t)array_count(b->net, which) * sizeof(float));
	return 0;
}

static int write_array(
	struct backend *b, enum array which, const float *from, struct err *e)
{
	(void)e;
	memcpy(model_of(b)->arrays[which], from,
		(size_t)array_count(b->net, which) * sizeof(float));
	if (which == ARRAY_TRAINED)
		model_prepare(model_of(b));
	return 0;
}

static void describe(struct backend *b, char *text, int size)
{
	struct model *m = model_of(b);

	snprintf(text, (size_t)size, "cpu (%s, %d thread%s)", m->ops->isa,
		pool_threads(m->pool), pool_threads(m->pool) == 1 ? "" : "s");
}

static const struct backend_ops cpu_ops = {
	.name = "cpu",
	.close = model_close,
	.describe = describe,
	.train = train,
	.update = update,
	.eval = eval,
	.read = read_array,
	.write = write_array,
};

struct backend *cpu_open(const struct net *net, int batch, int threads, const char *isa,
	struct team *team, struct err *e)
{
	const struct ops *ops = ops_find(isa);
	struct model *m;

	if (!ops) {
		err_set(e,
			"this processor cannot run the kernels '%s' (avx512, avx2, "
			"plain; in bf16 amx_bf16, avx512_bf16, plain_bf16)",
			isa);
		return NULL;
	}
	m = model_open(net, batch, threads, ops, team);
	m->base.ops = &cpu_ops;
	return &m->base;
}
