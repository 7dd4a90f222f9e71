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
	void *patches; /* some images' patches */
	size_t patch_room;
	float *partial; /* of conv_direct.cu, or the weights' gradient of conv_gemm.cu */
};

/* What changes from step to step, in device memory: a captured graph reads it there. */
struct step_values {
	uint64_t dropout_key, flip_key; /* flip_key 0: no flips */
	float rate, v_scale, beta1, beta2, eps;
};

/* gather.cu: images picked out of a data set on the device, as the loader makes them, and
 * through the first wavelet. pixels (·, channels, side²), index (count) → y (count, 16²,
 * 4·channels), labels */
struct gpu_gather {
	int channels, side;
	const uint8_t *pixels, *labels;
	const int *index;
	const step_values *step;
};
void gpu_gather_input(
	const gpu_work *w, const gpu_gather *g, int count, float *y, uint8_t *labels);

/* dwt.cu: of images (images, channels, 32, 32) that came */
void gpu_dwt_input(const gpu_work *w, int images, int channels, const float *x, float *y);

/* conv.cu: x (images, side², ci), y (images, side², co), k = 1 or 3, circular padding.
 * point: the 1 × 1 convolution of the same x beside it, or NULL. */
struct gpu_conv {
	int images, side, ci, co, k;
	const float *weight;
	/* in the order of products; a point's packed_back follows its neighbour's */
	void *packed, *packed_back;
};
/* (images, side², co); half: the same as bfloat16, for products in that */
struct gpu_gradient {
	float *value;
	uint16_t *half;
};
enum { GPU_PACKED = NET_BLOCKS * NET_CONVS };
/* pack.cu: after each change of the weights, before the others */
void gpu_pack(const gpu_work *w, const gpu_conv *c, int count);
void gpu_conv_forward(const gpu_work *w, const gpu_conv *c, const float *x, float *y,
	const gpu_conv *point, float *y_point);
/* dx: the sum of both */
void gpu_conv_backward(const gpu_work *w, const gpu_conv *c, const float *dy, float *dx,
	const gpu_conv *point, const float *dy_point);
void gpu_conv_weights(const gpu_work *w, const gpu_conv *c, const float *x,
	const gpu_gradient *dy, float *dw, const gpu_conv *point,
	const gpu_gradient *dy_point, float *dw_point);
/* Bytes of packed, and of packed_back; what w must have: floats of partial, bytes of
 * patches. */
struct gpu_conv_needs {
	size_t packed;
	long partial;
	size_t patches;
};
gpu_conv_needs gpu_conv_room(const gpu_work *w, const gpu_conv *c);

/* batchnorm.cu; over the whole batch, whatever the number of devices */
struct gpu_norm {
	int c, bits; /* c = 2^bits */
	float *scale, *shift, *mean, *rstd, *slope,
		*offset; /* (c) each, as in cpu/ops.h */
	const float *weight, *bias;
	float *weight_grad, *bias_grad, *running_mean, *running_var;
	double *partial;   /* (GPU_SPLITS, 3, c) */
	double *parts;     /* (devices, 2c + 1): each one's sums, and its rows */
	unsigned *arrived; /* blocks that are done; 0 between launches */
};
enum { GPU_SPLITS = 256 };
/* One, or two of the same shape. */
void gpu_norm_forward(gpu_work *w, const gpu_norm *a, const float *xa, const gpu_norm *b,
	const float *xb, long rows);
void gpu_norm_eval(const gpu_work *w, const gpu_norm *n);
/* From the gradient at the outputs of one or two norms to those at their inputs. */
struct gpu_applied {
	gpu_norm norm;
	const float *x;
	gpu_gradient dx;
};
void gpu_norm_apply_backward(const gpu_work *w, const gpu_applied *a,
	const gpu_applied *b, long rows, const float *dy);

/* block.cu: the elementwise ends of a block's halves. first: this device's first image of
 * the batch; step NULL: no dropout. Backward, weight_grad and bias_grad of the norms
 * become this device's part of the sum as well. */
struct gpu_dropout {
	const step_values *step;
	int block, pixels;
	long first;
};
void gpu_relu_drop(const gpu_work *w, const gpu_norm *n, const gpu_dropout *d, long rows,
	const float *x, float *y);
void gpu_relu_drop_backward(gpu_work *w, const gpu_norm *n, const gpu_dropout *d,
	long rows, const float *x, float *dy);
void gpu_add_relu(const gpu_work *w, const gpu_norm *a, const gpu_norm *b, long rows,
	const float *xa, const float *xb, float *y);
/* and through a wavelet to y (images, side², 4c) */
void gpu_add_relu_dwt(const gpu_work *w, const gpu_norm *a, const gpu_norm *b, int images,
	int side, const float *xa, const float *xb, float *y);
/* bands (images, side² / 4, 4c): the gradient comes through that wavelet; NULL: in dy */
void gpu_add_relu_backward(gpu_work *w, const gpu_norm *a, const gpu_norm *b, int images,
	int side, const float *xa, const float *xb, const float *bands, float *dy);

/* linear.cu: features (images, 512), weight (512, 16), logits (images, 16) */
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
