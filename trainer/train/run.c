/* SPDX-License-Identifier: MIT */
#include "train/run.h"
#include "base/mem.h"
#include "base/pool.h"
#include "cpu/ops.h"
#include "train/checkpoint.h"

#include <string.h>

/* Threads of the CPU backend: ranks on the same processors share them out. Other kernels
 * round otherwise, and the ranks' weights would drift apart. */
static int share_cpu(struct run *r, int *threads, struct err *e)
{
	static const char *const name = "set of CPU kernels (--isa)";
	const struct ops *ops = ops_find(r->o->isa);
	double isa = ops ? team_digest(ops->isa, strlen(ops->isa)) : 0;
	int sharers = 1;

	if (r->team) {
		sharers = team_sharers(r->team);
		if (team_agree(r->team, &name, &isa, 1, e) < 0)
			return -1;
	}
	*threads = r->o->threads > 0 ? r->o->threads : pool_cpus() / sharers;
	*threads = *threads > 0 ? *threads : 1;
	return 0;
}

static int open_backend(struct run *r, struct err *e)
{
	const struct options *o = r->o;
	int threads;

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
	if (r->b)
		return 0;
	if (share_cpu(r, &threads, e) < 0)
		return -1;
	r->b = cpu_open(&r->net, o->batch_size, threads, o->isa, r->team, e);
	return r->b ? 0 : -1;
}

static int agree_on_options(struct run *r, struct err *e)
{
	static const char *const names[] = {"data set", "--batch_size", "--num_epochs",
		"--max_steps", "--seed", "--lr"};
	const struct options *o = r->o;
	const double values[] = {o->kind, o->batch_size, o->num_epochs,
		(double)o->max_steps, (double)o->seed, o->lr};

	if (!r->team)
		return 0;
	return team_agree(r->team, names, values, sizeof(values) / sizeof(values[0]), e);
}

int run_agree_on_state(struct run *r, struct err *e)
{
	static const char *const names[] = {
		"step (is --log_dir the same folder for all?)", "file of weights"};
	long count = array_count(&r->net, ARRAY_TRAINED);
	AUTO_FREE float *trained = NULL;
	double values[2] = {(double)r->at.step};

	if (!r->team)
		return 0;
	trained = mem_floats(count);
	if (r->b->ops->read(r->b, ARRAY_TRAINED, trained, e) < 0)
		return -1;
	values[1] = team_digest(trained, (size_t)count * sizeof(float));
	return team_agree(r->team, names, values, 2, e);
}

static int set_weights(struct run *r, struct err *e)
{
	AUTO_FREE float *trained = NULL;
	AUTO_FREE float *stats = NULL;

	if (r->o->weights)
		return checkpoint_load_weights(r, r->o->weights, e);
	trained = mem_floats(r->net.trained_count);
	stats = mem_floats(r->net.stat_count);
	net_init(&r->net, (uint64_t)r->o->seed, trained, stats);
	if (r->b->ops->write(r->b, ARRAY_TRAINED, trained, e) < 0)
		return -1;
	return r->b->ops->write(r->b, ARRAY_STATS, stats, e);
}

int run_open_model(struct run *r, struct err *e)
{
	net_describe(&r->net, dataset_channels(r->o->kind));
	if (agree_on_options(r, e) < 0 || open_backend(r, e) < 0 || set_weights(r, e) < 0)
		return -1;
	return run_agree_on_state(r, e);
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
