/* SPDX-License-Identifier: MIT */
/* Convolutions: by cuBLAS where it is there, else by our own kernels. */
#include "cuda/conv.h"

void gpu_conv_forward(const gpu_work *w, const gpu_conv *c, const float *x, float *y,
	const gpu_conv *point, float *y_point)
{
	if (c->images == 0)
		return;
	if (w->blas) {
		conv_gemm_forward(w, c, x, y, point, y_point);
		return;
	}
	conv_direct_forward(w, c, x, c->weight, y);
	if (point)
		conv_direct_forward(w, point, x, point->weight, y_point);
}

void gpu_conv_backward(const gpu_work *w, const gpu_conv *c, const float *dy, float *dx,
	const gpu_conv *point, const float *dy_point)
{
	if (c->images == 0)
		return;
	if (w->blas) {
		conv_gemm_backward(w, c, dy, dx, point, dy_point);
		return;
	}
	conv_direct_backward(w, c, dy, c->weight, dx, false);
	if (point)
		conv_direct_backward(w, point, dy_point, point->weight, dx, true);
}

static void clear(const gpu_work *w, const gpu_conv *c, float *dw)
{
	size_t size = (size_t)c->k * (size_t)c->k * (size_t)c->ci * (size_t)c->co;

	GPU_DO(cudaMemsetAsync(dw, 0, size * sizeof(float), w->stream));
}

void gpu_conv_weights(const gpu_work *w, const gpu_conv *c, const float *x,
	const gpu_gradient *dy, float *dw, const gpu_conv *point,
	const gpu_gradient *dy_point, float *dw_point)
{
	if (c->images == 0) { /* others of the group may have some */
		clear(w, c, dw);
		if (point)
			clear(w, point, dw_point);
	} else if (w->blas) {
		conv_gemm_weights(w, c, x, dy, dw, point, dy_point, dw_point);
	} else {
		conv_direct_weights(w, c, x, dy->value, dw);
		if (point)
			conv_direct_weights(w, point, x, dy_point->value, dw_point);
	}
}

gpu_conv_needs gpu_conv_room(const gpu_work *w, const gpu_conv *c)
{
	if (w->blas)
		return conv_gemm_room(w, c);
	return gpu_conv_needs{0, conv_direct_partial(c), 0};
}
