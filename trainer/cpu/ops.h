/* SPDX-License-Identifier: MIT */
/* The CPU's kernels: one table a file, compiled once per instruction set, chosen at run
 * time.
 *
 * Activations are (images, pixels, channels) with channels innermost: vectors run along
 * the channels, so no shape has a tail, and sums over pixels need no shuffles. Channel
 * counts are multiples of 16, but for the network's input, which is only read value by
 * value. */
#ifndef TRAINER_OPS_H
#define TRAINER_OPS_H

#include "net/net.h"

#include <stdbool.h>

enum { GEMM_PANEL = NET_PANEL, GEMM_ROOM = 48 << 10 };

/* C (m × n) = A (m × k) · B (k × n), or += when `add`; B and C are `panels` panels of
 * GEMM_PANEL columns. Strides in floats; a_row or a_col is 1, and where it is a_row, m is
 * a multiple of 16 and m·(k + 1), twice of a complex product, at most GEMM_ROOM. k is at
 * most 256. */
struct gemm {
	int m, k, panels, add;
	bool packed; /* B's panels went through pack() */
	float *room; /* GEMM_ROOM floats where they did not, of the thread's own */
	long a_row, a_col, a_im;
	long b_row, b_panel, b_im;
	long c_row, c_panel, c_im;
};

struct gemm_ops {
	/* Makes of a panel of a B that serves many products (k a multiple of 32) what
	 * they take, in its place; `imaginary`: it is the imaginary part of one. */
	void (*pack)(int k, bool imaginary, float *b);
	void (*real)(const struct gemm *g, const float *a, const float *b, float *c);
	void (*complex)(const struct gemm *g, const float *a, const float *b, float *c);
	/* with A's complex conjugate */
	void (*complex_conj)(
		const struct gemm *g, const float *a, const float *b, float *c);
};

struct dft_ops {
	void (*forward)(int n, int images, int c, const float *x, float *out, long plane);
	void (*inverse)(int n, int images, int c, const float *in, long plane, float *x);
};

struct dwt_ops {
	void (*forward)(int n, int c, const float *x, float *y);
	void (*backward)(int n, int c, const float *dy, float *dx);
	void (*input)(int c, const float *x, float *y);
};

/* A batch norm of c channels, ready to be applied: see batchnorm.c. */
struct affine {
	float *scale, *shift;  /* forward */
	float *mean, *rstd;    /* x̂ = (x - mean)·rstd */
	float *slope, *offset; /* backward, together with scale */
};

struct batchnorm_ops {
	void (*moments)(int rows, int c, const float *x, float *sum, float *square);
	void (*relu_drop)(int rows, int c, const float *x, const struct affine *bn,
		const float *keep, float *y);
	void (*relu_drop_backward)(int rows, int c, const float *x,
		const struct affine *bn, const float *keep, float *dy, float *sum,
		float *dot);
	void (*add_relu)(int rows, int c, const float *a, const struct affine *bn_a,
		const float *b, const struct affine *bn_b, float *y);
	void (*add_relu_backward)(int rows, int c, const float *a,
		const struct affine *bn_a, const float *b, const struct affine *bn_b,
		float *dy, float *sum, float *dot_a, float *dot_b);
	void (*backward)(int rows, int c, const float *x, const struct affine *bn,
		const float *dy, float *dx);
};

/* Convolutions of the first block, one 16 × 16 image with 16 output channels. */
enum { CONV_SIDE = 16, CONV_PIXELS = 256, CONV_PADDED = 18 * 18, CONV_OUT = 16 };

struct conv_ops {
	/* room: CONV_PADDED · ci floats */
	void (*forward)(int ci, const int *kept, int kept_count, const float *x,
		const float *w, float *room, float *y);
	void (*weights)(int ci, const int *kept, int kept_count, const float *x,
		const float *dy, float *room, float *dw);
};

struct point_ops {
	void (*forward)(int ci, const float *x, const float *w, float *y);
	void (*weights)(int ci, const float *x, const float *dy, float *dw);
};

struct linear_ops {
	void (*forward)(const float *x, const float *w, const float *bias, float *y);
	void (*backward)(const float *dy, const float *wt, float *dx);
	void (*weights)(
		int images, int from, int to, const float *x, const float *dy, float *dw);
};

struct adam_step {
	float rate;    /* lr / (1 - beta1^t) */
	float v_scale; /* 1 / sqrt(1 - beta2^t) */
	float beta1, beta2, eps;
};

/* y[o] (count) = Σ_t coef[o, t]·x[t], vectors x_step and y_step apart */
struct combine {
	long count;
	int terms, outputs;
	const float *coef;
	int coef_term, coef_output; /* steps */
	long x_step, y_step;
};

struct vector_ops {
	void (*combine)(const struct combine *c, const float *x, float *y);
	void (*scale)(long count, float by, const float *x, float *y);
	void (*add)(long count, const float *x, float *y);
	void (*adam)(long count, const struct adam_step *a, const float *g, float *w,
		float *m, float *v);
};

/* Every kind of kernels: NAME is a file NAME.c with a table ISA_NAME(NAME_ops). */
#define OPS_PRODUCTS(each, isa) each(gemm, isa) each(conv, isa)
#define OPS_OTHERS(each, isa)                                                            \
	each(dft, isa) each(dwt, isa) each(batchnorm, isa) each(point, isa)              \
		each(linear, isa) each(vector, isa)
#define OPS_KINDS(each, isa) OPS_PRODUCTS(each, isa) OPS_OTHERS(each, isa)

#define OPS_MEMBER(kind, isa) const struct kind##_ops *kind;
struct ops {
	const char *isa;
	bool bf16; /* factors of the convolutions' products are rounded to bfloat16 */
	OPS_KINDS(OPS_MEMBER, )
};

/* The best table for this processor; name ("avx512", "avx2", "plain"; "amx_bf16",
 * "avx512_bf16", "plain_bf16") asks for one, NULL for the best in float, "bf16" for the
 * best with such factors that is faster than plain C. NULL when it cannot run here. */
const struct ops *ops_find(const char *name);

/* The tables behind it, one per instruction set. */
#define OPS_EXTERN(kind, isa) extern const struct kind##_ops kind##_ops_##isa;
OPS_KINDS(OPS_EXTERN, plain)
OPS_KINDS(OPS_EXTERN, avx2)
OPS_KINDS(OPS_EXTERN, avx512)

/* With factors in bfloat16: bf16_gemm.c, bf16_conv.c. */
OPS_PRODUCTS(OPS_EXTERN, plain_bf16)
OPS_PRODUCTS(OPS_EXTERN, avx512_bf16)
OPS_PRODUCTS(OPS_EXTERN, amx_bf16)

#endif
