/* SPDX-License-Identifier: MIT */
/* The two ways of a convolution, for conv.cu to choose, and their geometry. */
#ifndef TRAINER_CUDA_CONV_H
#define TRAINER_CUDA_CONV_H

#include "cuda/gpu.h"
#include "cuda/kernels.h"

/* Where weight (tap, co, ci) lies: (k², co / panel, ci, panel), net.h. */
__device__ static inline long weight_at(const gpu_conv &c, int tap, int co, int ci)
{
	int panel = c.co < NET_PANEL ? c.co : NET_PANEL;

	return (((long)tap * (c.co / panel) + co / panel) * c.ci + ci) * panel +
	       co % panel;
}

/* The row that tap reads for output row `row`; sign -1 for the transposed convolution. */
__device__ static inline long shifted(const gpu_conv &c, long row, int tap, int sign)
{
	int pixels = c.side * c.side, pixel = (int)(row % pixels), reach = c.k / 2;
	int y = pixel / c.side + sign * (tap / c.k - reach) + c.side;
	int x = pixel % c.side + sign * (tap % c.k - reach) + c.side;

	return row - pixel + y % c.side * c.side + x % c.side;
}

/* conv_direct.cu: our own kernels, in float */
void conv_direct_forward(const gpu_work *w, const gpu_conv *c, const float *x,
	const float *weight, float *y);
void conv_direct_backward(const gpu_work *w, const gpu_conv *c, const float *dy,
	const float *weight, float *dx, bool add);
void conv_direct_weights(
	const gpu_work *w, const gpu_conv *c, const float *x, const float *dy, float *dw);
long conv_direct_partial(const gpu_conv *c);

/* conv_gemm.cu: patches and cuBLAS, in any precision */
void conv_gemm_forward(const gpu_work *w, const gpu_conv *c, const float *x, float *y,
	const gpu_conv *point, float *y_point);
void conv_gemm_backward(const gpu_work *w, const gpu_conv *c, const float *dy, float *dx,
	const gpu_conv *point, const float *dy_point);
void conv_gemm_weights(const gpu_work *w, const gpu_conv *c, const float *x,
	const gpu_gradient *dy, float *dw, const gpu_conv *point,
	const gpu_gradient *dy_point, float *dw_point);
gpu_conv_needs conv_gemm_room(const gpu_work *w, const gpu_conv *c);

/* pack.cu: w->partial, c's and then the point's, in the order of net.h */
void conv_unpack(const gpu_work *w, const gpu_conv *c, float *dw, const gpu_conv *point,
	float *dw_point);

/* patches.cu: in (rows, depth) → out (rows, step): what each tap sees, then a row of
 * beside (rows, depth) unless that is NULL, then zeros; half: as bfloat16 */
struct gpu_patch {
	int depth, step, sign;
	const float *in, *beside;
};
void gpu_patches(
	const gpu_work *w, const gpu_conv *c, const gpu_patch *p, bool half, void *out);

#endif
