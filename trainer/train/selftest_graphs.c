/* SPDX-License-Identifier: MIT */
#include "train/selftest.h"
#include "base/mem.h"
#include "base/rng.h"

#include <stdlib.h>
#include <string.h>

/* Each epoch ends in a partial batch. In the second epoch both shapes are captured, in
 * the third both are replayed from the start. */
enum { IMAGES = 12, BATCH = 8, EPOCHS = 3 };

static void make_set(struct dataset *d, int channels)
{
	size_t size = (size_t)IMAGES * (size_t)channels * NET_SIDE * NET_SIDE;

	*d = (struct dataset){.count = IMAGES, .channels = channels, .side = NET_SIDE};
	d->pixels = d->memory[0] = mem_alloc(size);
	d->labels = d->memory[1] = mem_alloc(IMAGES);
	for (size_t i = 0; i < size; i++)
		d->pixels[i] = (uint8_t)rng_bits(1, i);
	for (int i = 0; i < IMAGES; i++)
		d->labels[i] = (uint8_t)(i % NET_CLASSES);
}

static int train(struct run *r, struct err *e)
{
	struct share whole = {.rank = 0, .world = 1};
	struct outcome out;
	struct batch in;
	int result = 0;
	long step = 0;

	r->loader = loader_new(BATCH, r->train.channels, 0, whole, 5);
	for (int i = 0; i < EPOCHS; i++) {
		loader_start(r->loader, &r->train, LOADER_SHUFFLED, (uint64_t)i, 0);
		while (result == 0 && loader_next(r->loader, &in)) {
			step++;
			result = backend_step(
				r->b, &in, (uint64_t)step, &r->adam, step, &out, e);
		}
	}
	return result;
}

/* All arrays, one after the other. */
static float *run_steps(
	struct options *o, const struct dataset *d, bool eager, struct err *e)
{
	struct run r = {.o = o, .eager = eager, .train = *d};
	float *all = NULL;
	long at = 0;

	r.adam = adam_usual(1e-3);
	if (run_open_model(&r, e) == 0 && (eager || run_hold(&r, &r.train, e) == 0) &&
		train(&r, e) == 0)
		all = mem_floats(5 * (r.net.trained_count + r.net.stat_count));
	for (int i = 0; all && i < ARRAYS; i++) {
		if (r.b->ops->read(r.b, (enum array)i, all + at, e) < 0)
			mem_free(&all);
		at += array_count(&r.net, (enum array)i);
	}
	r.train = (struct dataset){0}; /* the caller's */
	run_close(&r);
	return all;
}

int selftest_graphs(const struct options *o, int channels, struct err *e)
{
	struct options with = *o;
	struct dataset d;
	struct net net;
	float *graphs, *eager = NULL;
	int failed = -1;

	with.batch_size = BATCH;
	with.kind = channels == 1 ? DATASET_FASHION : DATASET_CIFAR10;
	net_describe(&net, channels);
	make_set(&d, channels);
	graphs = run_steps(&with, &d, false, e);
	if (graphs)
		eager = run_steps(&with, &d, true, e);
	if (eager)
		failed = selftest_report("graphs, images on the device: the same bits",
			memcmp(graphs, eager,
				sizeof(float) * 5 *
					(size_t)(net.trained_count + net.stat_count)) !=
				0,
			0);
	free(graphs);
	free(eager);
	dataset_free(&d);
	return failed;
}
