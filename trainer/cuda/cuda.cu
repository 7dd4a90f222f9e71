/* SPDX-License-Identifier: MIT */
/* The CUDA backend: one GPU, fp32, everything on the device but the images' way in. */
#include "cuda/gpu.h"
#include "cuda/kernels.h"
#include "net/backend.h"

#include <cmath>
#include <cstdio>
#include <cstring>

enum { COLUMNS = 16 };

struct cuda_block {
	int pixels;
	gpu_conv conv[NET_CONVS];
	gpu_norm norm[NET_CONVS];
	float *x, *out[NET_CONVS], *mid; /* (batch, pixels, ci or co) */
	float *grad;                     /* (batch, pixels, co): at the block's end */
};

struct cuda_model {
	backend base; /* first: a backend is cast to its model */
	float *arrays[ARRAYS];
	cuda_block block[NET_BLOCKS];
	float *images, *features, *logits, *dlogits, *losses, *loss;
	float *dconv, *dshortcut, *dwide,
		*partial; /* gradients on their way, for all blocks */
	uint8_t *labels;
	float *all[128]; /* what to free */
	int all_count;
	char device[256];
};

static int check(cudaError_t code, const char *what, err *e)
{
	return code == cudaSuccess
		       ? 0
		       : err_set(e, "CUDA: %s: %s", what, cudaGetErrorString(code));
}

static cuda_model *model_of(backend *b)
{
	return reinterpret_cast<cuda_model *>(b);
}

/* Zeroed device memory; after a failure, *bad says so and nothing more is tried. */
static float *take(cuda_model *m, long count, int *bad, err *e)
{
	size_t size = (size_t)count * sizeof(float);
	void *p = nullptr;

	if (*bad < 0)
		return nullptr;
	*bad = check(cudaMalloc(&p, size), "memory for the model", e);
	if (*bad < 0)
		return nullptr;
	m->all[m->all_count++] = static_cast<float *>(p);
	*bad = check(cudaMemset(p, 0, size), "clear memory", e);
	return static_cast<float *>(p);
}

static int open_norm(cuda_model *m, gpu_norm *n, const conv_bn *c, int co, err *e)
{
	const tensor *t = m->base.net->tensors;
	int bad = 0;
	float *p = take(m, 6L * co, &bad, e);

	n->c = co;
	n->scale = p;
	n->shift = p + co;
	n->mean = p + 2 * co;
	n->rstd = p + 3 * co;
	n->slope = p + 4 * co;
	n->offset = p + 5 * co;
	n->weight = m->arrays[ARRAY_TRAINED] + t[c->bn_weight].at;
	n->bias = m->arrays[ARRAY_TRAINED] + t[c->bn_bias].at;
	n->weight_grad = m->arrays[ARRAY_GRAD] + t[c->bn_weight].at;
	n->bias_grad = m->arrays[ARRAY_GRAD] + t[c->bn_bias].at;
	n->running_mean = m->arrays[ARRAY_STATS] + t[c->mean].at;
	n->running_var = m->arrays[ARRAY_STATS] + t[c->var].at;
	n->partial = take(m, 2L * GPU_SPLITS * co, &bad, e);
	return bad;
}

static int open_block(cuda_model *m, int index, err *e)
{
	const net_block *shape = &m->base.net->block[index];
	cuda_block *b = &m->block[index];
	int batch = m->base.batch, ci = shape->ci, co = shape->co, bad = 0;
	long size;

	b->pixels = shape->side * shape->side;
	size = (long)batch * b->pixels;
	for (int i = 0; i < NET_CONVS; i++) {
		b->conv[i] = gpu_conv{batch, shape->side, i == CONV_SECOND ? co : ci, co,
			i == CONV_SHORTCUT ? 1 : 3};
		b->out[i] = take(m, size * co, &bad, e);
		if (bad < 0 || open_norm(m, &b->norm[i], &shape->conv[i], co, e) < 0)
			return -1;
	}
	b->x = take(m, size * ci, &bad, e);
	b->mid = take(m, size * co, &bad, e);
	b->grad = take(m, size * co, &bad, e);
	return bad;
}

static int open_shared(cuda_model *m, err *e)
{
	long batch = m->base.batch, narrow = 0, wide = 0, partial = 0;
	int bad = 0;

	for (int i = 0; i < NET_BLOCKS; i++) {
		const cuda_block *b = &m->block[i];
		long size = batch * b->pixels;

		narrow = fmax(narrow, size * b->conv[0].co);
		wide = fmax(wide, size * b->conv[0].ci);
		for (int j = 0; j < NET_CONVS; j++)
			partial = fmax(partial, gpu_conv_partial(&b->conv[j]));
	}
	m->dconv = take(m, narrow, &bad, e);
	m->dshortcut = take(m, narrow, &bad, e);
	m->dwide = take(m, wide, &bad, e);
	m->partial = take(m, partial, &bad, e);
	m->images = take(m, batch * m->base.net->channels * NET_SIDE * NET_SIDE, &bad, e);
	m->features = take(m, batch * NET_FEATURES, &bad, e);
	m->logits = take(m, batch * COLUMNS, &bad, e);
	m->dlogits = take(m, batch * COLUMNS, &bad, e);
	m->losses = take(m, batch * 2, &bad, e);
	m->loss = take(m, 2, &bad, e);
	m->labels = reinterpret_cast<uint8_t *>(take(m, batch, &bad, e));
	return bad;
}

/* The step's state that the passes hand on. */
struct pass {
	cuda_model *m;
	int images;
	uint64_t key;
	bool training;
};

static const float *weight(const cuda_model *m, int tensor)
{
	return m->arrays[ARRAY_TRAINED] + m->base.net->tensors[tensor].at;
}

static float *gradient(const cuda_model *m, int tensor)
{
	return m->arrays[ARRAY_GRAD] + m->base.net->tensors[tensor].at;
}

static void convolve(const pass *p, int block, int i, const float *in)
{
	cuda_block *b = &p->m->block[block];
	gpu_conv c = b->conv[i];
	long rows = (long)p->images * b->pixels;

	c.images = p->images;
	gpu_conv_forward(&c, in,
		weight(p->m, p->m->base.net->block[block].conv[i].weight), b->out[i]);
	if (p->training)
		gpu_norm_forward(&b->norm[i], rows, b->out[i]);
	else
		gpu_norm_eval(&b->norm[i]);
}

static gpu_dropout dropout_of(const pass *p, int block)
{
	return gpu_dropout{p->key, block, p->m->block[block].pixels, p->training};
}

static void forward_block(const pass *p, int index)
{
	cuda_block *b = &p->m->block[index];
	const cuda_block *next = index + 1 < NET_BLOCKS ? b + 1 : nullptr;
	gpu_dropout d = dropout_of(p, index);
	long rows = (long)p->images * b->pixels;
	float *end = next ? p->m->dwide : p->m->features;

	convolve(p, index, CONV_FIRST, b->x);
	convolve(p, index, CONV_SHORTCUT, b->x);
	gpu_relu_drop(&b->norm[CONV_FIRST], &d, rows, b->out[CONV_FIRST], b->mid);
	convolve(p, index, CONV_SECOND, b->mid);
	gpu_add_relu(&b->norm[CONV_SECOND], &b->norm[CONV_SHORTCUT], rows,
		b->out[CONV_SECOND], b->out[CONV_SHORTCUT], end);
	if (next)
		gpu_dwt_forward(
			p->images, next->conv[0].side, b->conv[0].co, end, next->x);
}

/* The weights' gradient of convolution i, from its input and its output's gradient. */
static void weigh(const pass *p, int block, int i, const float *in, const float *dout)
{
	gpu_conv c = p->m->block[block].conv[i];

	c.images = p->images;
	gpu_conv_weights(&c, in, dout, p->m->partial,
		gradient(p->m, p->m->base.net->block[block].conv[i].weight));
}

static void unconvolve(
	const pass *p, int block, int i, const float *dout, float *din, bool add)
{
	gpu_conv c = p->m->block[block].conv[i];

	c.images = p->images;
	gpu_conv_backward(&c, dout,
		weight(p->m, p->m->base.net->block[block].conv[i].weight), din, add);
}

static void backward_block(const pass *p, int index)
{
	cuda_model *m = p->m;
	cuda_block *b = &m->block[index];
	gpu_norm *n = b->norm;
	gpu_dropout d = dropout_of(p, index);
	long rows = (long)p->images * b->pixels;

	gpu_add_relu_backward(&n[CONV_SECOND], &n[CONV_SHORTCUT], rows,
		b->out[CONV_SECOND], b->out[CONV_SHORTCUT], b->grad);
	gpu_norm_backward(&n[CONV_SECOND], rows, b->out[CONV_SECOND], b->grad);
	gpu_norm_backward(&n[CONV_SHORTCUT], rows, b->out[CONV_SHORTCUT], b->grad);
	gpu_norm_apply_backward(
		&n[CONV_SECOND], rows, b->out[CONV_SECOND], b->grad, m->dconv);
	gpu_norm_apply_backward(
		&n[CONV_SHORTCUT], rows, b->out[CONV_SHORTCUT], b->grad, m->dshortcut);
	weigh(p, index, CONV_SECOND, b->mid, m->dconv);
	weigh(p, index, CONV_SHORTCUT, b->x, m->dshortcut);
	unconvolve(p, index, CONV_SECOND, m->dconv, b->mid, false);
	gpu_relu_drop_backward(&n[CONV_FIRST], &d, rows, b->out[CONV_FIRST], b->mid);
	gpu_norm_backward(&n[CONV_FIRST], rows, b->out[CONV_FIRST], b->mid);
	gpu_norm_apply_backward(
		&n[CONV_FIRST], rows, b->out[CONV_FIRST], b->mid, m->dconv);
	weigh(p, index, CONV_FIRST, b->x, m->dconv);
	if (index == 0)
		return;
	unconvolve(p, index, CONV_FIRST, m->dconv, m->dwide, false);
	unconvolve(p, index, CONV_SHORTCUT, m->dshortcut, m->dwide, true);
	gpu_dwt_backward(
		p->images, b->conv[0].side, b->conv[0].ci / 4, m->dwide, (b - 1)->grad);
}

static int forward(const pass *p, const batch *in, outcome *out, err *e)
{
	cuda_model *m = p->m;
	const net *net = m->base.net;
	size_t size = (size_t)in->count * (size_t)net->channels * NET_SIDE * NET_SIDE;
	float loss[2] = {0, 0};

	if (check(cudaMemcpy(m->images, in->images, size * sizeof(float),
			  cudaMemcpyHostToDevice),
		    "send images", e) < 0)
		return -1;
	gpu_dwt_input(in->count, net->channels, m->images, m->block[0].x);
	for (int i = 0; i < NET_BLOCKS; i++)
		forward_block(p, i);
	gpu_linear_forward(in->count, m->features, weight(m, net->linear_weight),
		weight(m, net->linear_bias), m->logits);
	if (in->labels) {
		if (check(cudaMemcpy(m->labels, in->labels, (size_t)in->count,
				  cudaMemcpyHostToDevice),
			    "send labels", e) < 0)
			return -1;
		gpu_softmax(
			in->count, m->logits, m->labels, m->losses, m->dlogits, m->loss);
		if (check(cudaMemcpy(loss, m->loss, sizeof(loss), cudaMemcpyDeviceToHost),
			    "forward pass", e) < 0)
			return -1;
	}
	out->loss = loss[0];
	out->correct = (int)loss[1];
	return check(cudaGetLastError(), "forward pass", e);
}

static int train(backend *b, const batch *in, uint64_t key, outcome *out, err *e)
{
	cuda_model *m = model_of(b);
	const net *net = b->net;
	pass p = {m, in->count, key, true};

	if (forward(&p, in, out, e) < 0)
		return -1;
	gpu_linear_backward(in->count, m->features, m->dlogits,
		weight(m, net->linear_weight), gradient(m, net->linear_weight),
		gradient(m, net->linear_bias), m->block[NET_BLOCKS - 1].grad);
	for (int i = NET_BLOCKS - 1; i >= 0; i--)
		backward_block(&p, i);
	return check(cudaGetLastError(), "backward pass", e);
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
	return check(cudaGetLastError(), "Adam", e);
}

static int eval(backend *b, const batch *in, float *logits, outcome *out, err *e)
{
	cuda_model *m = model_of(b);
	pass p = {m, in->count, 0, false};
	float row[COLUMNS];

	if (forward(&p, in, out, e) < 0)
		return -1;
	for (int i = 0; logits && i < in->count; i++) {
		if (check(cudaMemcpy(row, m->logits + i * COLUMNS, sizeof(row),
				  cudaMemcpyDeviceToHost),
			    "fetch logits", e) < 0)
			return -1;
		memcpy(logits + (long)i * NET_CLASSES, row, NET_CLASSES * sizeof(float));
	}
	return 0;
}

static int read_array(backend *b, enum array which, float *to, err *e)
{
	return check(cudaMemcpy(to, model_of(b)->arrays[which],
			     (size_t)array_count(b->net, which) * sizeof(float),
			     cudaMemcpyDeviceToHost),
		"read weights", e);
}

static int write_array(backend *b, enum array which, const float *from, err *e)
{
	return check(cudaMemcpy(model_of(b)->arrays[which], from,
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

	for (int i = 0; i < m->all_count; i++)
		cudaFree(m->all[i]);
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
	if (check(cudaSetDevice(0), "use the first GPU", e) < 0 ||
		check(cudaGetDeviceProperties(&prop, 0), "the first GPU's properties",
			e) < 0)
		return -1;
	snprintf(name, size, "%.200s, sm_%d%d, fp32", prop.name, prop.major, prop.minor);
	return 0;
}

backend *cuda_open(const net *net, int batch, err *e)
{
	char device[256];
	cuda_model *m;
	int bad = 0;

	if (find_device(device, sizeof(device), e) < 0)
		return nullptr;
	m = new cuda_model();
	memcpy(m->device, device, sizeof(device));
	m->base.ops = &cuda_ops;
	m->base.net = net;
	m->base.batch = batch;
	for (int i = 0; i < ARRAYS; i++)
		m->arrays[i] = take(m, array_count(net, (enum array)i), &bad, e);
	for (int i = 0; i < NET_BLOCKS && bad == 0; i++)
		bad = open_block(m, i, e);
	if (bad < 0 || open_shared(m, e) < 0) {
		close_model(&m->base);
		return nullptr;
	}
	return &m->base;
}
