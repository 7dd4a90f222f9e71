/* SPDX-License-Identifier: MIT */
/* Finds the GPUs, and makes the model on each. */
#include "cuda/blas.h"
#include "cuda/model.h"

#include <algorithm>
#include <cstdio>

int cuda_count(err *e)
{
	int count = 0;
	cudaError_t code = cudaGetDeviceCount(&count);

	if (code != cudaSuccess)
		err_set(e,
			"no GPU can be used: %s; is the NVIDIA driver there, and the "
			"container started with GPUs?",
			cudaGetErrorString(code));
	else if (count < 1)
		err_set(e, "no GPU is visible; see CUDA_VISIBLE_DEVICES");
	return code == cudaSuccess && count > 0 ? count : 0;
}

/* Which ones: m->devices with their numbers. */
static int choose(cuda_model *m, err *e)
{
	int count = cuda_count(e), first = m->options.device, chosen = 1;

	if (count == 0)
		return -1;
	if (first >= count)
		return err_set(e, "there is no GPU %d: %d are visible, counted from 0",
			first, count);
	if (first < 0 && m->team) {
		first = count == 1 ? 0 : m->team->local_rank;
		if (first >= count)
			return err_set(e,
				"process %d of this machine finds %d GPUs: start one "
				"process a GPU",
				m->team->local_rank + 1, count);
	} else if (first < 0) {
		first = 0;
		chosen = count;
	}
	m->ranks = m->team ? m->team->world : chosen;
	m->first_rank = m->team ? m->team->rank : 0;
	if (m->ranks > 1 && !nccl_load()) {
		if (m->team)
			return err_set(e, "several processes need NCCL, but "
					  "libnccl.so.2 is not there");
		fprintf(stderr,
			"cnntrain: 1 of %d GPUs is used: the others need NCCL, but "
			"libnccl.so.2 is not there\n",
			count);
		m->ranks = chosen = 1;
	}
	m->devices.resize((size_t)chosen);
	for (int i = 0; i < chosen; i++)
		m->devices[(size_t)i].number = first + i;
	return 0;
}

/* The most images that come to one device: whole chunks. */
static int share(int batch, int ranks)
{
	int chunks = (batch + CHUNK - 1) / CHUNK;

	return std::min(batch, (chunks + ranks - 1) / ranks * CHUNK);
}

static int check_precision(const gpu_device *d, const gpu_options *o, err *e)
{
	static const char *const names[] = {"fp32", "tf32", "bf16"};
	cudaDeviceProp prop;

	if (o->precision == PRECISION_FP32)
		return 0;
	if (!d->work.blas)
		return err_set(e,
			"--precision %s needs cuBLAS, but neither libcublas.so.13 nor "
			".12 "
			"is there; fp32 does without",
			names[o->precision]);
	if (GPU_DO(cudaGetDeviceProperties(&prop, d->number)) < 0)
		return gpu_status(e);
	if (prop.major < 8)
		return err_set(e,
			"--precision %s needs compute capability 8.0, %.100s has %d.%d; "
			"fp32 runs",
			names[o->precision], prop.name, prop.major, prop.minor);
	return 0;
}

static int open_device(cuda_model *m, int i, const nccl_id *id, err *e)
{
	gpu_device *d = &m->devices[(size_t)i];
	gpu_work *w = &d->work;

	GPU_DO(cudaSetDevice(d->number));
	d->model = m->base.net;
	d->batch = share(m->base.batch, m->ranks);
	w->precision = m->options.precision;
	w->group.ranks = 1;
	GPU_DO(cudaEventCreateWithFlags(&d->read, cudaEventDisableTiming));
	if (GPU_DO(cudaStreamCreateWithFlags(&w->stream, cudaStreamNonBlocking)) < 0)
		return gpu_status(e);
	blas_open(w);
	if (gpu_status(e) < 0 || check_precision(d, &m->options, e) < 0)
		return -1;
	nccl_open(&w->group, w->stream, id, m->first_rank + i, m->ranks);
	device_take_memory(d);
	return gpu_status(e);
}

static int open_devices(cuda_model *m, err *e)
{
	cudaDeviceProp prop;
	nccl_id id = {};

	if (GPU_DO(cudaGetDeviceProperties(&prop, m->devices[0].number)) < 0)
		return gpu_status(e);
	snprintf(m->name, sizeof(m->name), "%.100s, sm_%d%d", prop.name, prop.major,
		prop.minor);
	if (m->ranks > 1 && m->first_rank == 0 && nccl_make_id(&id) < 0)
		return gpu_status(e);
	if (m->team)
		m->team->broadcast(m->team, &id, (int)sizeof(id));
	return workers_run(
		m->workers,
		[=](int i, struct err *why) { return open_device(m, i, &id, why); }, e);
}

backend *cuda_open(
	const net *net, int batch, const gpu_options *o, struct team *team, err *e)
{
	cuda_model *m = new cuda_model();

	m->base.ops = &cuda_ops;
	m->base.net = net;
	m->base.batch = batch;
	m->options = *o;
	m->team = team;
	if (choose(m, e) < 0) {
		delete m;
		return nullptr;
	}
	m->workers = workers_new((int)m->devices.size(), [m] {
		for (gpu_device &d : m->devices)
			nccl_abort(&d.work.group);
	});
	if (open_devices(m, e) < 0) {
		m->base.ops->close(&m->base);
		return nullptr;
	}
	return &m->base;
}
