/* SPDX-License-Identifier: MIT */
#include "train/train.h"
#include "base/mem.h"
#include "base/rng.h"
#include "data/loader.h"
#include "net/backend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct run {
	const struct options *o;
	struct net net;
	struct backend *b;
	struct dataset train, test;
	struct loader *loader;
	struct adam adam;
	long step; /* taken so far */
	double start;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int open_backend(struct run *r, struct err *e)
{
	const struct options *o = r->o;

	if (strcmp(o->device, "auto") && strcmp(o->device, "cpu"))
		return err_set(e, "--device %s: auto or cpu is wanted", o->device);
	r->b = cpu_open(&r->net, o->batch_size, o->threads, o->isa, e);
	return r->b ? 0 : -1;
}

static int init_weights(struct run *r, struct err *e)
{
	AUTO_FREE float *trained = mem_floats(r->net.trained_count);
	AUTO_FREE float *stats = mem_floats(r->net.stat_count);

	net_init(&r->net, (uint64_t)r->o->seed, trained, stats);
	if (r->b->ops->write(r->b, ARRAY_TRAINED, trained, e) < 0)
		return -1;
	return r->b->ops->write(r->b, ARRAY_STATS, stats, e);
}

static int test(struct run *r, double *accuracy, struct err *e)
{
	struct outcome out;
	struct batch in;
	long correct = 0;

	loader_start(r->loader, &r->test, LOADER_IN_ORDER, 0);
	while (loader_next(r->loader, &in)) {
		if (r->b->ops->eval(r->b, &in, NULL, &out, e) < 0)
			return -1;
		correct += out.correct;
	}
	*accuracy = (double)correct / r->test.count;
	return 0;
}

static bool finished(const struct run *r)
{
	return r->o->max_steps && r->step >= r->o->max_steps;
}

/* One epoch, or what max_steps leaves of it. */
static int epoch(struct run *r, int number, struct err *e)
{
	const struct backend_ops *ops = r->b->ops;
	double loss = 0, correct = 0, accuracy, elapsed;
	long seen = 0;
	struct outcome out;
	struct batch in;

	loader_start(r->loader, &r->train, LOADER_SHUFFLED, (uint64_t)number);
	while (!finished(r) && loader_next(r->loader, &in)) {
		uint64_t key =
			rng_key((uint64_t)r->o->seed, RNG_DROPOUT, (uint64_t)r->step);

		if (ops->train(r->b, &in, key, &out, e) < 0 ||
			ops->update(r->b, &r->adam, ++r->step, e) < 0)
			return -1;
		loss += out.loss;
		correct += out.correct;
		seen += in.count;
	}
	if (test(r, &accuracy, e) < 0)
		return -1;
	elapsed = now() - r->start;
	if (r->o->log_level >= LOG_INFO)
		printf("[%2d/%d] Time elapsed: %02d:%05.2f avg_loss = %.4f train_acc = "
		       "%.4f "
		       "test_acc = %.4f\n",
			number + 1, r->o->num_epochs, (int)(elapsed / 60),
			elapsed - 60 * (int)(elapsed / 60), loss / (double)seen,
			correct / (double)seen, accuracy);
	fflush(stdout);
	return 0;
}

static int run_epochs(struct run *r, struct err *e)
{
	const struct options *o = r->o;
	char device[128];

	if (dataset_load(&r->train, o->kind, o->data_dir, true, e) < 0 ||
		dataset_load(&r->test, o->kind, o->data_dir, false, e) < 0)
		return -1;
	net_describe(&r->net, r->train.channels);
	if (open_backend(r, e) < 0 || init_weights(r, e) < 0)
		return -1;
	r->loader = loader_new(o->batch_size, r->train.channels, (uint64_t)o->seed);
	r->b->ops->describe(r->b, device, sizeof(device));
	if (o->log_level >= LOG_DEBUG)
		printf("%d training and %d test images on %s\n", r->train.count,
			r->test.count, device);
	for (int i = 0; i < o->num_epochs && !finished(r); i++)
		if (epoch(r, i, e) < 0)
			return -1;
	return 0;
}

int train_run(const struct options *o, struct err *e)
{
	struct run r = {.o = o, .start = now()};
	int result;

	r.adam = (struct adam){.lr = o->lr, .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8};
	result = run_epochs(&r, e);
	loader_free(r.loader);
	if (r.b)
		r.b->ops->close(r.b);
	dataset_free(&r.train);
	dataset_free(&r.test);
	return result;
}
