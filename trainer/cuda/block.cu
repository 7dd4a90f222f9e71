/* SPDX-License-Identifier: MIT */
/* The elementwise ends of a block's two halves: norm, ReLU and dropout; norms, sum and
 * ReLU. */
#include "cuda/gpu.h"
#include "cuda/kernels.h"
#include "net/dropout.h"

/* 2 where the channel is kept, 0 where dropped, 1 without dropout */
__device__ static inline float keep(const gpu_dropout &d, long row, int channel)
{
	return d.step ? dropout_one(d.step->dropout_key, d.block,
				d.first + row / d.pixels, channel)
		      : 1;
}

/* As vec_gate() of cpu/vec.h: NaN passes. */
__device__ static inline float gpu_gate(float gate, float v)
{
	return gate <= 0 ? 0 : v;
}

struct relu_drop {
	gpu_norm n;
	gpu_dropout d;
	const float *x;
	float *y;

	__device__ void operator()(long i) const
	{
		int j = (int)(i & (n.c - 1));
		float v = x[i] * n.scale[j] + n.shift[j];

		y[i] = gpu_gate(v, v * keep(d, i >> n.bits, j));
	}
};

/* dy in place */
struct relu_drop_backward {
	gpu_norm n;
	gpu_dropout d;
	const float *x;
	float *dy;

	__device__ void operator()(long i) const
	{
		int j = (int)(i & (n.c - 1));
		float v = x[i] * n.scale[j] + n.shift[j];

		dy[i] = gpu_gate(v, dy[i] * keep(d, i >> n.bits, j));
	}
};

struct add_relu {
	gpu_norm a, b;
	const float *xa, *xb;
	float *y;

	__device__ float sum(long i) const
	{
		int j = (int)(i & (a.c - 1));

		return xa[i] * a.scale[j] + a.shift[j] + xb[i] * b.scale[j] + b.shift[j];
	}

	__device__ void operator()(long i) const
	{
		float v = sum(i);

		y[i] = gpu_gate(v, v);
	}
};

struct add_relu_backward {
	add_relu forward;
	float *dy;

	__device__ void operator()(long i) const
	{
		dy[i] = gpu_gate(forward.sum(i), dy[i]);
	}
};

void gpu_relu_drop(const gpu_work *w, const gpu_norm *n, const gpu_dropout *d, long rows,
	const float *x, float *y)
{
	gpu_each(w->stream, rows * n->c, relu_drop{*n, *d, x, y});
}

void gpu_relu_drop_backward(const gpu_work *w, const gpu_norm *n, const gpu_dropout *d,
	long rows, const float *x, float *dy)
{
	gpu_each(w->stream, rows * n->c, relu_drop_backward{*n, *d, x, dy});
}

void gpu_add_relu(const gpu_work *w, const gpu_norm *a, const gpu_norm *b, long rows,
	const float *xa, const float *xb, float *y)
{
	gpu_each(w->stream, rows * a->c, add_relu{*a, *b, xa, xb, y});
}

void gpu_add_relu_backward(const gpu_work *w, const gpu_norm *a, const gpu_norm *b,
	long rows, const float *xa, const float *xb, float *dy)
{
	gpu_each(
		w->stream, rows * a->c, add_relu_backward{{*a, *b, xa, xb, nullptr}, dy});
}
