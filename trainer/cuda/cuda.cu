/* SPDX-License-Identifier: MIT */
/* The CUDA backend: one GPU, fp32, everything on the device but the images' way in. */
#include "cuda/check.h"
#include "cuda/model.h"

#include <cmath>
#include <cstdio>
#include <cstring>

static cuda_model *model_of(backend *b)
{
	return reinterpret_cast<cuda_model *>(b);
}

static int forward(const pass *p, const batch *in, outcome *out, err *e)
{
	cuda_model *m = p->m;
	const net *net = m->base.net;
	size_t size = (size_t)in->count * (size_t)net->channels * NET_SIDE * NET_SIDE;
	float loss[2] = {0, 0};

	if (cuda_check(cudaMemcpy(m->images, in->images, size * sizeof(float),
			       cudaMemcpyHostToDevice),
		    "send images", e) < 0)
		return -1;
	cuda_forward(p);
	if (in->labels) {
		if (cuda_check(cudaMemcpy(m->labels, in->labels, (size_t)in->count,
				       cudaMemcpyHostToDevice),
			    "send labels", e) < 0)
			return -1;
		gpu_softmax(
			in->count, m->logits, m->labels, m->losses, m->dlogits, m->loss);
		if (cuda_check(cudaMemcpy(loss, m->loss, sizeof(loss),
				       cudaMemcpyDeviceToHost),
			    "forward pass", e) < 0)
			return -1;
	}
	out->loss = loss[0];
	out->correct = (int)loss[1];
	return cuda_check(cudaGetLastError(), "forward pass", e);
}

static int train(backend *b, const batch *in, uint64_t key, outcome *out, err *e)
{
	pass p = {model_of(b), in->count, key, true};

	if (forward(&p, in, out, e) < 0)
		return -1;
	cuda_backward(&p);
	return cuda_check(cudaGetLastError(), "backward pass", e);
}

static int update(backend *b, const adam *a, long step, err *e)
{
	cuda_model *m = model_of(b);

	gpu_adam(b->net->trained_count,
		(float)(a->lr / (1 - pow(a->beta1, (double)step))),
		(float)(1 / sqrt(1 - pow(a->beta2, (double)step))), (float)a->beta1,
		(float)a->beta2, (float)a->eps, m->arrays[ARRAY_GRAD],
		m->arrays[ARRAY_TRAINED], m->arrays[ARRAY_ADAM_M],
		m->arrays[ARRAY_ADAM_V]);
	return cuda_check(cudaGetLastError(), "Adam", e);
}

static int eval(backend *b, const batch *in, float *logits, outcome *out, err *e)
{
	cuda_model *m = model_of(b);
	pass p = {m, in->count, 0, false};
	size_t size = (size_t)in->count * COLUMNS * sizeof(float);

	if (forward(&p, in, out, e) < 0)
		return -1;
	if (logits && cuda_check(cudaMemcpy(m->host_logits, m->logits, size,
					 cudaMemcpyDeviceToHost),
			      "fetch logits", e) < 0)
		return -1;
	for (int i = 0; logits && i < in->count; i++)
		memcpy(logits + (long)i * NET_CLASSES, m->host_logits + i * COLUMNS,
			NET_CLASSES * sizeof(float));
	return 0;
}

static int read_array(backend *b, enum array which, float *to, err *e)
{
	return cuda_check(cudaMemcpy(to, model_of(b)->arrays[which],
				  (size_t)array_count(b->net, which) * sizeof(float),
				  cudaMemcpyDeviceToHost),
		"read weights", e);
}

static int write_array(backend *b, enum array which, const float *from, err *e)
{
	return cuda_check(cudaMemcpy(model_of(b)->arrays[which], from,
				  (size_t)array_count(b->net, which) * sizeof(float),
				  cudaMemcpyHostToDevice),
		"write weights", e);
}

static void describe(backend *b, char *text, int size)
{
	snprintf(text, (size_t)size, "cuda (%s)", model_of(b)->device);
}

static void close_model(backend *b)
{
	cuda_model *m = model_of(b);

	cuda_free_memory(m);
	delete m;
}

static const backend_ops cuda_ops = {
	"cuda", close_model, describe, train, update, eval, read_array, write_array};

static int find_device(char *name, size_t size, err *e)
{
	int count = 0;
	cudaError_t code = cudaGetDeviceCount(&count);
	cudaDeviceProp prop;

	if (code != cudaSuccess)
		return err_set(e,
			"no GPU can be used: %s; is the NVIDIA driver there, and the "
			"container "
			"started with GPUs?",
			cudaGetErrorString(code));
	if (count < 1)
		return err_set(e, "no GPU is visible; see CUDA_VISIBLE_DEVICES");
	if (cuda_check(cudaSetDevice(0), "use the first GPU", e) < 0 ||
		cuda_check(cudaGetDeviceProperties(&prop, 0),
			"the first GPU's properties", e) < 0)
		return -1;
	snprintf(name, size, "%.200s, sm_%d%d, fp32", prop.name, prop.major, prop.minor);
	return 0;
}

backend *cuda_open(const net *net, int batch, err *e)
{
	char device[256];
	cuda_model *m;

	if (find_device(device, sizeof(device), e) < 0)
		return nullptr;
	m = new cuda_model();
	memcpy(m->device, device, sizeof(device));
	m->base.ops = &cuda_ops;
	m->base.net = net;
	m->base.batch = batch;
	if (cuda_take_memory(m, e) < 0) {
		close_model(&m->base);
		return nullptr;
	}
	return &m->base;
}
