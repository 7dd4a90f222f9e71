/* SPDX-License-Identifier: MIT */
/* The last layer, 512 → 10 in 16 columns. Always in float: it is small, and the loss
 * hangs on it. */
#include "cuda/blas.h"
#include "cuda/gpu.h"
#include "cuda/kernels.h"
#include "net/net.h"

struct linear_forward {
	const float *x, *w, *bias;
	float *logits;

	__device__ void operator()(long i) const
	{
		long image = i / NET_COLUMNS, column = i % NET_COLUMNS;
		float sum = bias[column];

		for (int k = 0; k < NET_FEATURES; k++)
			sum += x[image * NET_FEATURES + k] * w[k * NET_COLUMNS + column];
		logits[i] = sum;
	}
};

struct set_bias {
	const float *bias;
	float *logits;

	__device__ void operator()(long i) const
	{
		logits[i] = bias[i % NET_COLUMNS];
	}
};

struct bias_gradient {
	int images;
	const float *dlogits;
	float *dbias;

	__device__ void operator()(long column) const
	{
		double sum = 0;

		for (int j = 0; j < images; j++)
			sum += dlogits[j * NET_COLUMNS + column];
		dbias[column] = (float)sum;
	}
};

struct linear_weights {
	int images;
	const float *x, *dlogits;
	float *dw;

	__device__ void operator()(long i) const
	{
		long k = i / NET_COLUMNS, column = i % NET_COLUMNS;
		float sum = 0;

		for (int j = 0; j < images; j++)
			sum += x[(long)j * NET_FEATURES + k] *
			       dlogits[j * NET_COLUMNS + column];
		dw[i] = sum;
	}
};

struct linear_backward {
	const float *dlogits, *w;
	float *dx;

	__device__ void operator()(long i) const
	{
		long image = i / NET_FEATURES, k = i % NET_FEATURES;
		float sum = 0;

		for (int j = 0; j < NET_CLASSES; j++)
			sum += dlogits[image * NET_COLUMNS + j] * w[k * NET_COLUMNS + j];
		dx[i] = sum;
	}
};

void gpu_linear_forward(const gpu_work *w, int images, const float *x,
	const float *weight, const float *bias, float *logits)
{
	gemm_shape s = {
		images, NET_COLUMNS, NET_FEATURES, false, false, true, false, false, 0};

	if (!w->blas || images == 0) {
		gpu_each(w->stream, (long)images * NET_COLUMNS,
			linear_forward{x, weight, bias, logits});
		return;
	}
	gpu_each(w->stream, (long)images * NET_COLUMNS, set_bias{bias, logits});
	blas_gemm(w, &s, x, weight, logits);
}

void gpu_linear_backward(const gpu_work *w, int images, const float *x,
	const float *dlogits, const float *weight, float *dw, float *dbias, float *dx)
{
	gemm_shape to_weights = {
		NET_FEATURES, NET_COLUMNS, images, true, false, false, false, false, 0};
	gemm_shape to_input = {
		images, NET_FEATURES, NET_COLUMNS, false, true, false, false, false, 0};

	gpu_each(w->stream, NET_COLUMNS, bias_gradient{images, dlogits, dbias});
	if (!w->blas || images == 0) {
		gpu_each(w->stream, NET_FEATURES * NET_COLUMNS,
			linear_weights{images, x, dlogits, dw});
		gpu_each(w->stream, (long)images * NET_FEATURES,
			linear_backward{dlogits, weight, dx});
		return;
	}
	blas_gemm(w, &to_weights, x, dlogits, dw);
	blas_gemm(w, &to_input, dlogits, weight, dx);
}
