/* SPDX-License-Identifier: MIT */
/* Convolutions: by cuBLAS where it is there, else by our own kernels. */
#include "cuda/conv.h"

void gpu_conv_forward(const gpu_work *w, const gpu_conv *c, const float *x,
	const float *weight, float *y)
{
	if (c->images == 0)
		return;
	(w->blas ? conv_gemm_forward : conv_direct_forward)(w, c, x, weight, y);
}

void gpu_conv_backward(const gpu_work *w, const gpu_conv *c, const float *dy,
	const float *weight, float *dx, bool add)
{
	if (c->images == 0)
		return;
	(w->blas ? conv_gemm_backward : conv_direct_backward)(w, c, dy, weight, dx, add);
}

void gpu_conv_weights(
	const gpu_work *w, const gpu_conv *c, const float *x, const float *dy, float *dw)
{
	size_t size = (size_t)c->k * (size_t)c->k * (size_t)c->ci * (size_t)c->co;

	if (c->images == 0) /* others of the group may have some */
		GPU_DO(cudaMemsetAsync(dw, 0, size * sizeof(float), w->stream));
	else
		(w->blas ? conv_gemm_weights : conv_direct_weights)(w, c, x, dy, dw);
}

gpu_conv_needs gpu_conv_room(const gpu_work *w, const gpu_conv *c)
{
	if (w->blas)
		return conv_gemm_room(w, c);
	return gpu_conv_needs{0, conv_direct_partial(c), 0, 0};
}
