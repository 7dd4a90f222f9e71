/* SPDX-License-Identifier: MIT */
#include "cuda/selftest.h"

extern "C" {
#include "cpu/norm.h"
}
#include "net/dropout.h"

#include <cstring>

enum { IMAGES = 5, SIDE = 4, PIXELS = SIDE * SIDE, ROWS = IMAGES * PIXELS, C = 64, FIRST = 32 };

/* A batch norm on both sides. */
struct norm_pair {
	gpu_norm gpu;
	struct norm cpu;
	twin x, weight, bias, weight_grad, bias_grad, mean, var;
};

static twin view(float *host, float *device, long count)
{
	return twin{host, device, count};
}

static void open_pair(selftest *s, norm_pair *p)
{
	twin room = selftest_zeros(s, 6 * C);
	float *at = room.device;

	p->x = selftest_random(s, (long)ROWS * C, -1, 3);
	p->weight = selftest_random(s, C, 0.5, 1.5);
	p->bias = selftest_random(s, C, -1, 1);
	p->weight_grad = selftest_zeros(s, C);
	p->bias_grad = selftest_zeros(s, C);
	p->mean = selftest_random(s, C, -1, 1);
	p->var = selftest_random(s, C, 0.5, 1.5);
	p->gpu = gpu_norm{C, 6, at, at + C, at + 2 * C, at + 3 * C, at + 4 * C,
		at + 5 * C, p->weight.device, p->bias.device, p->weight_grad.device,
		p->bias_grad.device, p->mean.device, p->var.device, nullptr, nullptr,
		nullptr};
	p->gpu.partial = static_cast<double *>(
		selftest_take(s, nullptr, sizeof(double) * 3 * GPU_SPLITS * C));
	p->gpu.arrived =
		static_cast<unsigned *>(selftest_take(s, nullptr, sizeof(unsigned)));
	p->gpu.parts = static_cast<double *>(
		selftest_take(s, nullptr, (2 * C + 1) * sizeof(double)));
	norm_alloc(&p->cpu, C, 1);
	p->cpu.weight = p->weight.host;
	p->cpu.bias = p->bias.host;
	p->cpu.weight_grad = p->weight_grad.host;
	p->cpu.bias_grad = p->bias_grad.host;
	p->cpu.running_mean = p->mean.host;
	p->cpu.running_var = p->var.host;
}

static const norm_rows rows = {1, ROWS, ROWS};

static void check_forward(selftest *s, norm_pair *p)
{
	const affine *a = &p->cpu.affine;

	gpu_norm_forward(&s->work, &p->gpu, p->x.device, nullptr, nullptr, ROWS);
	s->cpu->batchnorm->moments(ROWS, C, p->x.host, p->cpu.sum, p->cpu.square);
	norm_forward(&p->cpu, &rows);
	selftest_compare(
		s, "norm: scale", view(a->scale, p->gpu.scale, C), SELFTEST_ROUNDING);
	selftest_compare(
		s, "norm: shift", view(a->shift, p->gpu.shift, C), SELFTEST_ROUNDING);
	selftest_compare(s, "norm: running mean", p->mean, SELFTEST_ROUNDING);
	selftest_compare(s, "norm: running variance", p->var, SELFTEST_ROUNDING);
}

/* Rows that are alike, as the borders of images are: their sum must not drift. */
static void check_many_rows(selftest *s, norm_pair *p)
{
	enum { MANY = 1 << 15 };
	twin x = selftest_random(s, (long)MANY * C, 0, 0);

	for (long i = 0; i < x.count; i++)
		x.host[i] = 0.1f * (float)(i % C + 1);
	gpu_copy(x.device, x.host, (size_t)x.count * sizeof(float),
		cudaMemcpyHostToDevice, s->work.stream);
	gpu_norm_forward(&s->work, &p->gpu, x.device, nullptr, nullptr, MANY);
	for (int j = 0; j < C; j++)
		p->mean.host[j] += (float)(NET_BN_MOMENTUM *
					   ((double)x.host[j] - p->mean.host[j]));
	selftest_compare(s, "norm: mean of many rows", p->mean, 1e-7);
}

static void check_eval(selftest *s, norm_pair *p)
{
	gpu_norm_eval(&s->work, &p->gpu);
	norm_eval(&p->cpu);
	selftest_compare(s, "norm: scale of the running statistics",
		view(p->cpu.affine.scale, p->gpu.scale, C), SELFTEST_ROUNDING);
	selftest_compare(s, "norm: shift of the running statistics",
		view(p->cpu.affine.shift, p->gpu.shift, C), SELFTEST_ROUNDING);
}

/* Through ReLU and dropout to dy, and on through the norm. */
static void check_relu_drop(selftest *s, norm_pair *p)
{
	const struct batchnorm_ops *cpu = s->cpu->batchnorm;
	twin y = selftest_zeros(s, p->x.count), dx = selftest_zeros(s, p->x.count);
	twin dy = selftest_random(s, p->x.count, -1, 1);
	step_values values = {};
	gpu_dropout d = {nullptr, 2, PIXELS, FIRST};
	gpu_applied to;

	values.dropout_key = 99;
	d.step = static_cast<step_values *>(selftest_take(s, &values, sizeof(values)));
	gpu_relu_drop(&s->work, &p->gpu, &d, ROWS, p->x.device, y.device);
	gpu_relu_drop_backward(&s->work, &p->gpu, &d, ROWS, p->x.device, dy.device);
	to = gpu_applied{p->gpu, p->x.device, {dx.device, nullptr}};
	gpu_norm_apply_backward(&s->work, &to, nullptr, ROWS, dy.device);
	for (int j = 0; j < C; j++)
		p->cpu.sum[j] = p->cpu.square[j] = 0;
	for (long i = 0; i < IMAGES; i++) {
		alignas(64) float keep[C];
		long at = i * PIXELS * C;

		dropout_keep(99, 2, FIRST + i, C, keep);
		cpu->relu_drop(
			PIXELS, C, p->x.host + at, &p->cpu.affine, keep, y.host + at);
		cpu->relu_drop_backward(PIXELS, C, p->x.host + at, &p->cpu.affine, keep,
			dy.host + at, p->cpu.sum, p->cpu.square);
	}
	norm_backward(&p->cpu, &rows, p->cpu.sum);
	cpu->backward(ROWS, C, p->x.host, &p->cpu.affine, dy.host, dx.host);
	selftest_compare(s, "relu and dropout: forward", y, SELFTEST_ROUNDING);
	selftest_compare(s, "relu and dropout: backward", dy, SELFTEST_ROUNDING);
	selftest_compare(s, "norm: weight", p->weight_grad, SELFTEST_ROUNDING);
	selftest_compare(s, "norm: bias", p->bias_grad, SELFTEST_ROUNDING);
	selftest_compare(s, "norm: backward", dx, SELFTEST_ROUNDING);
}

/* Two norms at once, and with `through` the wavelet after the block. */
static void check_add_relu(selftest *s, norm_pair *a, norm_pair *b, bool through)
{
	const struct batchnorm_ops *cpu = s->cpu->batchnorm;
	twin y = selftest_zeros(s, a->x.count), dy = selftest_zeros(s, a->x.count);
	twin bands = selftest_random(s, a->x.count, -1, 1), sums = selftest_zeros(s, 3 * C);
	std::vector<float> flat((size_t)y.count);

	cpu->add_relu(ROWS, C, a->x.host, &a->cpu.affine, b->x.host, &b->cpu.affine,
		through ? flat.data() : y.host);
	for (long i = 0; through && i < IMAGES; i++) {
		long at = i * PIXELS * C;

		s->cpu->dwt->forward(SIDE / 2, C, flat.data() + at, y.host + at);
		s->cpu->dwt->backward(SIDE / 2, C, bands.host + at, dy.host + at);
	}
	if (through) {
		gpu_add_relu_dwt(&s->work, &a->gpu, &b->gpu, IMAGES, SIDE / 2,
			a->x.device, b->x.device, y.device);
	} else {
		gpu_add_relu(&s->work, &a->gpu, &b->gpu, ROWS, a->x.device, b->x.device,
			y.device);
		memcpy(dy.host, bands.host, (size_t)dy.count * sizeof(float));
		dy.device = bands.device;
	}
	gpu_add_relu_backward(&s->work, &a->gpu, &b->gpu, IMAGES, SIDE, a->x.device,
		b->x.device, through ? bands.device : nullptr, dy.device);
	cpu->add_relu_backward(ROWS, C, a->x.host, &a->cpu.affine, b->x.host,
		&b->cpu.affine, dy.host, sums.host, sums.host + C, sums.host + 2 * C);
	selftest_compare(s, "relu of a sum: forward", y, SELFTEST_ROUNDING);
	selftest_compare(s, "relu of a sum: backward", dy, SELFTEST_ROUNDING);
	selftest_compare(s, "relu of a sum: bias",
		view(sums.host, a->gpu.bias_grad, C), SELFTEST_ROUNDING);
	selftest_compare(s, "relu of a sum: weight",
		view(sums.host + C, a->gpu.weight_grad, C), SELFTEST_ROUNDING);
	selftest_compare(s, "relu of a sum: other weight",
		view(sums.host + 2 * C, b->gpu.weight_grad, C), SELFTEST_ROUNDING);
}

void selftest_norms(selftest *s)
{
	norm_pair a = {}, b = {}, many = {};

	open_pair(s, &a);
	open_pair(s, &b);
	open_pair(s, &many);
	check_forward(s, &a);
	check_eval(s, &b);
	check_many_rows(s, &many);
	check_relu_drop(s, &a);
	check_add_relu(s, &a, &b, false);
	check_add_relu(s, &a, &b, true);
	norm_release(&a.cpu);
	norm_release(&b.cpu);
	norm_release(&many.cpu);
	selftest_clear(s);
}
