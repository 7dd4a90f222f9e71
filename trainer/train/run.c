/* SPDX-License-Identifier: MIT */
#include "train/run.h"
#include "base/mem.h"
#include "train/checkpoint.h"

#include <string.h>

static int open_backend(struct run *r, struct err *e)
{
	const struct options *o = r->o;

	if (strcmp(o->device, "auto") != 0 && strcmp(o->device, "cpu") != 0 &&
		strcmp(o->device, "cuda") != 0)
		return err_set(e, "--device %s: auto, cpu or cuda is wanted", o->device);
	if (r->team && !strcmp(o->device, "cuda"))
		return err_set(
			e, "--device cuda: several processes train on the CPU only");
	if (strcmp(o->device, "cpu") != 0 && !r->team)
		r->b = cuda_open(&r->net, o->batch_size, e);
	if (!r->b && !strcmp(o->device, "cuda"))
		return err_wrap(e, "--device cuda");
	if (!r->b)
		r->b = cpu_open(&r->net, o->batch_size, o->threads, o->isa, r->team, e);
	return r->b ? 0 : -1;
}

int run_open_model(struct run *r, struct err *e)
{
	AUTO_FREE float *trained = NULL;
	AUTO_FREE float *stats = NULL;

	net_describe(&r->net, dataset_channels(r->o->kind));
	if (open_backend(r, e) < 0)
		return -1;
	if (r->o->weights)
		return checkpoint_load_weights(r, r->o->weights, e);
	trained = mem_floats(r->net.trained_count);
	stats = mem_floats(r->net.stat_count);
	net_init(&r->net, (uint64_t)r->o->seed, trained, stats);
	if (r->b->ops->write(r->b, ARRAY_TRAINED, trained, e) < 0)
		return -1;
	return r->b->ops->write(r->b, ARRAY_STATS, stats, e);
}

void run_close(struct run *r)
{
	loader_free(r->loader);
	if (r->b)
		r->b->ops->close(r->b);
	dataset_free(&r->train);
	dataset_free(&r->test);
}

int run_test(struct run *r, double *accuracy, double *loss, struct err *e)
{
	double correct = 0, sum = 0;
	struct outcome out;
	struct batch in;

	loader_start(r->loader, &r->test, LOADER_IN_ORDER, 0, 0);
	while (loader_next(r->loader, &in)) {
		if (r->b->ops->eval(r->b, &in, NULL, &out, e) < 0)
			return -1;
		correct += out.correct;
		sum += out.loss;
	}
	if (r->team) {
		double sums[] = {correct, sum};

		r->team->add_doubles(r->team, sums, 2);
		correct = sums[0];
		sum = sums[1];
	}
	*accuracy = correct / r->test.count;
	*loss = sum / r->test.count;
	return 0;
}
