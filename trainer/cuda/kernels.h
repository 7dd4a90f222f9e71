/* SPDX-License-Identifier: MIT */
/* The GPU's operations; all pointers are to device memory. One file an operation.
 *
 * Operations only begin: they go to the work's stream, and what fails is noted
 * (check.h). */
#ifndef TRAINER_CUDA_KERNELS_H
#define TRAINER_CUDA_KERNELS_H

#include "cuda/nccl.h"
#include "net/backend.h"

#include <cstddef>
#include <cstdint>

/* What one device's operations run with. */
struct gpu_work {
	cudaStream_t stream;
	enum precision precision;
	nccl group;
	void *blas; /* NULL: our own products */
	void *blas_memory;
	size_t blas_room;
	/* of the products, conv_gemm.cu */
	float *packed; /* (k², ci, co), the largest convolution's */
	void *patches; /* some images' patches */
	void *rounded; /* and their gradients as bfloat16 */
	size_t patch_room;
	float *partial; /* of conv_direct.cu, or the weights' gradient of conv_gemm.cu */
};

/* What changes from step to step, in device memory: a captured graph reads it there. */
struct step_values {
	uint64_t dropout_key, flip_key; /* flip_key 0: no flips */
	float rate, v_scale, beta1, beta2, eps;
};

/* gather.cu: images picked out of a data set on the device, as the loader makes them.
 * pixels (·, channels, side²), index (count) → images (count, channels, 32, 32), labels
 */
struct gpu_gather {
	int channels, side;
	const uint8_t *pixels, *labels;
	const int *index;
	const step_values *step;
};
void gpu_gather_images(const gpu_work *w, const gpu_gather *g, int count, float *images,
	uint8_t *labels);

/* dwt.cu: side is the output's */
void gpu_dwt_input(const gpu_work *w, int images, int channels, const float *x, float *y);
void gpu_dwt_forward(
	const gpu_work *w, int images, int side, int c, const float *x, float *y);
void gpu_dwt_backward(
	const gpu_work *w, int images, int side, int c, const float *dy, float *dx);

/* conv.cu: x (images, side², ci), y (images, side², co), k = 1 or 3, circular padding */
struct gpu_conv {
	int images, side, ci, co, k;
};
void gpu_conv_forward(const gpu_work *w, const gpu_conv *c, const float *x,
	const float *weight, float *y);
void gpu_conv_backward(const gpu_work *w, const gpu_conv *c, const float *dy,
	const float *weight, float *dx, bool add);
void gpu_conv_weights(
	const gpu_work *w, const gpu_conv *c, const float *x, const float *dy, float *dw);
/* What w must have for a convolution: floats of packed and partial, bytes of patches and
 * rounded. */
struct gpu_conv_needs {
	long packed, partial;
	size_t patches, rounded;
};
gpu_conv_needs gpu_conv_room(const gpu_work *w, const gpu_conv *c);

/* batchnorm.cu; over the whole batch, whatever the number of devices */
struct gpu_norm {
	int c, bits; /* c = 2^bits */
	float *scale, *shift, *mean, *rstd, *slope,
		*offset; /* (c) each, as in cpu/ops.h */
	const float *weight, *bias;
	float *weight_grad, *bias_grad, *running_mean, *running_var;
	float *partial; /* GPU_SPLITS × 2 × c */
	double *parts;  /* (devices, 2c + 1): each one's sums, and its rows */
};
enum { GPU_SPLITS = 64 };
void gpu_norm_forward(gpu_work *w, const gpu_norm *n, long rows, const float *x);
void gpu_norm_eval(const gpu_work *w, const gpu_norm *n);
/* weight_grad and bias_grad become this device's part of the sum. */
void gpu_norm_backward(
	gpu_work *w, const gpu_norm *n, long rows, const float *x, const float *dy);
void gpu_norm_apply_backward(const gpu_work *w, const gpu_norm *n, long rows,
	const float *x, const float *dy, float *dx);

/* block.cu: the elementwise ends of a block's halves. first: this device's first image of
 * the batch; step NULL: no dropout */
struct gpu_dropout {
	const step_values *step;
	int block, pixels;
	long first;
};
void gpu_relu_drop(const gpu_work *w, const gpu_norm *n, const gpu_dropout *d, long rows,
	const float *x, float *y);
void gpu_relu_drop_backward(const gpu_work *w, const gpu_norm *n, const gpu_dropout *d,
	long rows, const float *x, float *dy);
void gpu_add_relu(const gpu_work *w, const gpu_norm *a, const gpu_norm *b, long rows,
	const float *xa, const float *xb, float *y);
void gpu_add_relu_backward(const gpu_work *w, const gpu_norm *a, const gpu_norm *b,
	long rows, const float *xa, const float *xb, float *dy);

/* linear.cu: features (images, 512), weight (512, 16), logits (images, 16) */
enum { GPU_COLUMNS = 16 };
void gpu_linear_forward(const gpu_work *w, int images, const float *x,
	const float *weight, const float *bias, float *logits);
void gpu_linear_backward(const gpu_work *w, int images, const float *x,
	const float *dlogits, const float *weight, float *dw, float *dbias, float *dx);

/* softmax.cu: loss (2) = summed loss and number right; dlogits of the mean over `total`
 * images. losses (images, 2) is scratch. */
void gpu_softmax(const gpu_work *w, int images, int total, const float *logits,
	const uint8_t *labels, float *losses, float *dlogits, double *loss);

/* adam.cu */
void gpu_adam(const gpu_work *w, long count, const step_values *step, const float *g,
	float *weight, float *m, float *v);

#endif
