/* SPDX-License-Identifier: MIT */
#include "train/run.h"
#include "base/mem.h"
#include "cpu/ops.h"
#include "train/agree.h"
#include "train/checkpoint.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What --device says of GPUs: *number is one of them, or -1 for all. */
static int parse_device(const char *device, int *number, struct err *e)
{
	char *end;
	long n;

	*number = -1;
	if (!strcmp(device, "auto") || !strcmp(device, "cpu") || !strcmp(device, "cuda"))
		return 0;
	if (strncmp(device, "cuda:", 5) != 0 || device[5] < '0' || device[5] > '9')
		return err_set(
			e, "--device %s: auto, cpu, cuda or cuda:0 is wanted", device);
	n = strtol(device + 5, &end, 10);
	if (*end || n > 1023)
		return err_set(e, "--device %s: there is no such GPU", device);
	*number = (int)n;
	return 0;
}

/* auto: GPUs where every process of the team has one. */
static bool use_gpus(struct run *r)
{
	struct err none;
	double have = cuda_count(&none) > 0;

	if (strcmp(r->o->device, "auto") != 0)
		return strcmp(r->o->device, "cpu") != 0;
	if (r->team)
		r->team->add_doubles(r->team, &have, 1);
	return have == (r->team ? r->team->world : 1);
}

const char *run_kernels(const struct options *o)
{
	return o->isa ? o->isa : o->precision == PRECISION_BF16 ? "bf16" : NULL;
}

/* Whether the CPU has kernels of this precision. */
static int check_precision(const struct options *o, struct err *e)
{
	const struct ops *ops = ops_find(run_kernels(o));
	bool half = o->precision == PRECISION_BF16;

	if (o->precision == PRECISION_TF32)
		return err_set(e, "--precision tf32: the CPU has fp32 and bf16 only%s",
			strcmp(o->device, "auto") ? "" : ", and no GPU can be used here");
	if (half && !o->isa && !ops)
		return err_set(e,
			"--precision bf16: this processor has neither amx_bf16 nor "
			"avx512_bf16; leave it out, or see the same numbers slowly with "
			"--isa plain_bf16");
	if (ops && ops->bf16 != half)
		return err_set(e,
			"--isa %s computes in %s: say --precision %s, or leave "
			"out --isa",
			ops->isa, half ? "fp32" : "bf16", half ? "fp32" : "bf16");
	return 0;
}

static int open_backend(struct run *r, struct err *e)
{
	struct gpu_options gpu = {
		.precision = r->o->precision, .eager = r->eager || r->o->no_graph};
	const struct options *o = r->o;
	int threads;

	if (parse_device(o->device, &gpu.device, e) < 0)
		return -1;
	if (use_gpus(r)) {
		r->b = cuda_open(&r->net, o->batch_size, &gpu, r->team, e);
		return r->b ? 0 : err_wrap(e, "--device %s", o->device);
	}
	if (check_precision(o, e) < 0 || agree_on_cpu(r, &threads, e) < 0)
		return -1;
	r->b = cpu_open(&r->net, o->batch_size, threads, run_kernels(o), r->team, e);
	return r->b ? 0 : -1;
}

int run_hold(struct run *r, struct dataset *d, struct err *e)
{
	int held = d->count > 0 && r->b->ops->hold ? r->b->ops->hold(r->b, d, e) : 0;

	d->held = held > 0;
	return held < 0 ? -1 : 0;
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
	return agree_on_state(r, e);
}

void run_close(struct run *r)
{
	loader_free(r->loader);
	if (r->b)
		r->b->ops->close(r->b);
	free(r->place);
	dataset_free(&r->train);
	dataset_free(&r->test);
}

int run_diverged(const struct run *r, const char *what, struct err *e)
{
	return err_set(e,
		"%s is not finite after step %ld at --lr %g; checkpoints of before are "
		"whole: start anew with a smaller --lr",
		what, r->at.step, r->o->lr);
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
	return isfinite(*loss) ? 0 : run_diverged(r, "the test loss", e);
}
