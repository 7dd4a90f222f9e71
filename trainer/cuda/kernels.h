/* SPDX-License-Identifier: MIT */
/* The GPU's operations; all pointers are to device memory. One file an operation. */
#ifndef TRAINER_CUDA_KERNELS_H
#define TRAINER_CUDA_KERNELS_H

#include <cstdint>

/* dwt.cu: side is the output's */
void gpu_dwt_input(int images, int channels, const float *x, float *y);
void gpu_dwt_forward(int images, int side, int c, const float *x, float *y);
void gpu_dwt_backward(int images, int side, int c, const float *dy, float *dx);

/* conv.cu: x (images, side², ci), y (images, side², co), k = 1 or 3, circular padding */
struct gpu_conv {
	int images, side, ci, co, k;
};
void gpu_conv_forward(const gpu_conv *c, const float *x, const float *w, float *y);
void gpu_conv_backward(
	const gpu_conv *c, const float *dy, const float *w, float *dx, bool add);
/* partial: gpu_conv_partial() floats */
void gpu_conv_weights(
	const gpu_conv *c, const float *x, const float *dy, float *partial, float *dw);
long gpu_conv_partial(const gpu_conv *c);

/* batchnorm.cu */
struct gpu_norm {
	int c;
	float *scale, *shift, *mean, *rstd, *slope,
		*offset; /* (c) each, as in cpu/ops.h */
	const float *weight, *bias;
	float *weight_grad, *bias_grad, *running_mean, *running_var;
	float *partial; /* GPU_SPLITS × 2 × c */
};
enum { GPU_SPLITS = 64 };
void gpu_norm_forward(const gpu_norm *n, long rows, const float *x);
void gpu_norm_eval(const gpu_norm *n);
void gpu_norm_backward(const gpu_norm *n, long rows, const float *x, const float *dy);
void gpu_norm_apply_backward(
	const gpu_norm *n, long rows, const float *x, const float *dy, float *dx);

/* block.cu: the elementwise ends of a block's halves; pixels per image, key 0: no dropout
 */
struct gpu_dropout {
	uint64_t key;
	int block, pixels;
	bool on;
};
void gpu_relu_drop(
	const gpu_norm *n, const gpu_dropout *d, long rows, const float *x, float *y);
void gpu_relu_drop_backward(
	const gpu_norm *n, const gpu_dropout *d, long rows, const float *x, float *dy);
void gpu_add_relu(const gpu_norm *a, const gpu_norm *b, long rows, const float *xa,
	const float *xb, float *y);
void gpu_add_relu_backward(const gpu_norm *a, const gpu_norm *b, long rows,
	const float *xa, const float *xb, float *dy);

/* linear.cu: features (images, 512), logits (images, 16) */
void gpu_linear_forward(
	int images, const float *x, const float *w, const float *bias, float *logits);
/* loss (2): summed loss and number right; dlogits of the mean loss */
void gpu_softmax(int images, const float *logits, const uint8_t *labels, float *losses,
	float *dlogits, float *loss);
void gpu_linear_backward(int images, const float *x, const float *dlogits, const float *w,
	float *dw, float *dbias, float *dx);

/* adam.cu */
void gpu_adam(long count, float rate, float v_scale, float beta1, float beta2, float eps,
	const float *g, float *w, float *m, float *v);

#endif
