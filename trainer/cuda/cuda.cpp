/* SPDX-License-Identifier: MIT */
/* The CUDA backend: the batch is shared out over the GPUs of this process, or over the
 * processes of a team with a GPU each. */
#include "cuda/blas.h"
#include "cuda/model.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

static cuda_model *model_of(backend *b)
{
	return reinterpret_cast<cuda_model *>(b);
}

/* First image of a device's share of a batch, in whole chunks as the loader's. */
static long first_image(const cuda_model *m, int total, int rank)
{
	int chunks = (total + CHUNK - 1) / CHUNK;

	return std::min(
		(long)total, (long)CHUNK * team_first_chunk(chunks, rank, m->ranks));
}

/* Device i's part of a batch; `in` itself is this process's part already. */
static gpu_part part_of(const cuda_model *m, int i, const struct batch *in)
{
	int total = in->total ? in->total : in->count, rank = m->first_rank + i;
	long size = (long)m->base.net->channels * NET_SIDE * NET_SIDE, from, to;
	gpu_part p = {};

	p.total = total;
	p.first = first_image(m, total, rank);
	from = m->team ? 0 : p.first;
	to = m->team ? in->count : first_image(m, total, rank + 1);
	p.count = (int)(to - from);
	p.images = in->images ? in->images + from * size : nullptr;
	p.labels = in->labels ? in->labels + from : nullptr;
	p.index = in->index ? in->index + from : nullptr;
	p.held = in->images ? nullptr : device_find_held(&m->devices[i], in->data);
	p.flip_key = in->flip_key;
	p.serial = in->serial;
	p.labelled = in->labels || !in->images;
	return p;
}

/* The job on every device, with what failed on the way. */
static int on_devices(cuda_model *m, const device_job &job, err *e)
{
	return workers_run(
		m->workers,
		[=](int i, struct err *why) {
			GPU_DO(cudaSetDevice(m->devices[i].number));
			job(&m->devices[i], i);
			return gpu_status(why);
		},
		e);
}

static int run(cuda_model *m, const gpu_part &like, const struct batch *in, float *logits,
	outcome *out, err *e)
{
	std::vector<outcome> outs(m->devices.size());
	struct batch batch = *in;

	if (on_devices(
		    m,
		    [=, &outs](gpu_device *d, int i) {
			    gpu_part p = part_of(m, i, &batch), next;
			    long skip = m->team ? 0 : p.first * NET_CLASSES;

			    p.training = like.training;
			    p.dropout_key = like.dropout_key;
			    p.adam = like.adam;
			    p.step = like.step;
			    next = batch.next ? part_of(m, i, batch.next) : gpu_part{};
			    device_run(d, &p, &next, !m->options.eager,
				    logits ? logits + skip : nullptr, &outs[(size_t)i]);
		    },
		    e) < 0)
		return -1;
	*out = outcome{};
	for (const outcome &o : outs) {
		out->loss += o.loss;
		out->correct += o.correct;
	}
	return 0;
}

static int step(backend *b, const struct batch *in, uint64_t key, const adam *a,
	long number, outcome *out, err *e)
{
	gpu_part like = {};

	like.training = true;
	like.dropout_key = key;
	like.adam = a;
	like.step = number;
	return run(model_of(b), like, in, nullptr, out, e);
}

static int train(backend *b, const struct batch *in, uint64_t key, outcome *out, err *e)
{
	return step(b, in, key, nullptr, 0, out, e);
}

static int update(backend *b, const adam *a, long number, err *e)
{
	return on_devices(
		model_of(b), [=](gpu_device *d, int) { device_update(d, a, number); }, e);
}

static int eval(backend *b, const struct batch *in, float *logits, outcome *out, err *e)
{
	return run(model_of(b), gpu_part{}, in, logits, out, e);
}

static size_t array_bytes(const cuda_model *m, enum array which)
{
	return (size_t)array_count(m->base.net, which) * sizeof(float);
}

/* All devices have the same. */
static int read_array(backend *b, enum array which, float *to, err *e)
{
	cuda_model *m = model_of(b);

	return on_devices(
		m,
		[=](gpu_device *d, int i) {
			if (i == 0)
				gpu_copy(to, d->arrays[which], array_bytes(m, which),
					cudaMemcpyDeviceToHost, d->work.stream);
		},
		e);
}

static int write_array(backend *b, enum array which, const float *from, err *e)
{
	cuda_model *m = model_of(b);

	return on_devices(
		m,
		[=](gpu_device *d, int) {
			gpu_copy(d->arrays[which], from, array_bytes(m, which),
				cudaMemcpyHostToDevice, d->work.stream);
		},
		e);
}

static int hold(backend *b, const struct dataset *set, err *e)
{
	cuda_model *m = model_of(b);
	std::vector<char> held(m->devices.size());

	if (on_devices(
		    m,
		    [=, &held](gpu_device *d, int i) {
			    held[(size_t)i] = device_hold(d, set);
		    },
		    e) < 0)
		return -1;
	return std::count(held.begin(), held.end(), 1) == (long)held.size();
}

static void describe(backend *b, char *text, int size)
{
	static const char *const precisions[] = {"fp32", "tf32", "bf16"};
	const cuda_model *m = model_of(b);

	snprintf(text, (size_t)size, "cuda (%d × %.100s, %s%s%s)", (int)m->devices.size(),
		m->name, precisions[m->options.precision],
		m->devices[0].work.blas ? ", cuBLAS" : ", no cuBLAS",
		m->ranks > 1 ? ", NCCL" : "");
}

static void close_model(backend *b)
{
	cuda_model *m = model_of(b);
	struct err e;

	on_devices(
		m,
		[](gpu_device *d, int) {
			if (d->work.stream)
				GPU_DO(cudaStreamSynchronize(d->work.stream));
			device_free_graphs(d);
			nccl_close(&d->work.group);
			device_free_incoming(d);
			device_free_held(d);
			device_free_memory(d);
			blas_close(&d->work);
			if (d->work.stream)
				GPU_DO(cudaStreamDestroy(d->work.stream));
		},
		&e);
	if (workers_free(m->workers))
		delete m;
}

const backend_ops cuda_ops = {"cuda", close_model, describe, train, update, step, eval,
	read_array, write_array, hold};
