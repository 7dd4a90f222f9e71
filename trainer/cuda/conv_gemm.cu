/* SPDX-License-Identifier: MIT */
/* Convolutions as products by cuBLAS: patches (rows, k²·depth) of some images at a time,
 * which bounds their memory, and weights in the order of the patches. A 1×1 convolution
 * in float needs no patches. */
#include "cuda/bf16.h"
#include "cuda/blas.h"
#include "cuda/conv.h"

#include <algorithm>

/* Patches of one image of the largest layer take 0.3 MB. */
enum { PATCH_BYTES = 64 << 20 };

/* Between a weight's place in net.h and its place in a product; i counts the latter.
 * back: (k², co, ci), else (k², ci, co). */
__device__ static inline long weight_of(const gpu_conv &c, bool back, long i)
{
	int inner = back ? c.ci : c.co, outer = back ? c.co : c.ci;
	int low = (int)(i % inner), high = (int)(i / inner % outer);

	return weight_at(
		c, (int)(i / inner / outer), back ? high : low, back ? low : high);
}

struct pack_float {
	gpu_conv c;
	bool back;
	const float *weight;
	float *packed;

	__device__ void operator()(long i) const
	{
		packed[i] = weight[weight_of(c, back, i)];
	}
};

struct pack_half {
	gpu_conv c;
	bool back;
	const float *weight;
	uint16_t *packed;

	__device__ void operator()(long i) const
	{
		packed[i] = bf16_round(weight[weight_of(c, back, i)]);
	}
};

struct unpack {
	gpu_conv c;
	const float *packed;
	float *dw;

	__device__ void operator()(long i) const
	{
		dw[weight_of(c, false, i)] = packed[i];
	}
};

static bool is_half(const gpu_work *w)
{
	return w->precision == PRECISION_BF16;
}

static long weights(const gpu_conv *c)
{
	return (long)c->k * c->k * c->ci * c->co;
}

static void pack(const gpu_work *w, const gpu_conv *c, bool back, const float *weight)
{
	if (is_half(w))
		gpu_each(w->stream, weights(c),
			pack_half{*c, back, weight,
				reinterpret_cast<uint16_t *>(w->packed)});
	else
		gpu_each(w->stream, weights(c), pack_float{*c, back, weight, w->packed});
}

static bool needs_patches(const gpu_work *w, const gpu_conv *c)
{
	return c->k > 1 || is_half(w);
}

static size_t patch_bytes(const gpu_work *w, const gpu_conv *c, int depth)
{
	size_t pixels = (size_t)c->side * (size_t)c->side;

	return pixels * (size_t)(c->k * c->k * depth) * (is_half(w) ? 2 : 4);
}

/* A run of images whose patches fit. */
struct tile {
	gpu_conv c;
	long first; /* row */
};

static bool next_tile(const gpu_work *w, const gpu_conv *c, int depth, tile *t)
{
	long pixels = (long)c->side * c->side;
	int done = (int)(t->first / pixels) + t->c.images, most = c->images;

	if (needs_patches(w, c))
		most = (int)(w->patch_room / patch_bytes(w, c, depth));
	t->first = done * pixels;
	t->c = *c;
	t->c.images = std::min(most, c->images - done);
	return t->c.images > 0;
}

/* The left side of a tile's product, from in (rows, depth). */
static const void *patches(
	const gpu_work *w, const tile *t, int depth, int sign, const float *in)
{
	in += t->first * depth;
	if (!needs_patches(w, &t->c))
		return in;
	gpu_patches(w, &t->c, depth, sign, is_half(w), in, w->patches);
	return w->patches;
}

static gemm_shape shape_of(const gpu_work *w)
{
	gemm_shape s = {};

	s.half = is_half(w);
	s.tf32 = w->precision == PRECISION_TF32;
	return s;
}

static int rows_of(const tile *t)
{
	return t->c.images * t->c.side * t->c.side;
}

/* out (rows, n) = patches (rows, k²·depth) · packed (k²·depth, n) */
static void multiply(const gpu_work *w, const gpu_conv *c, int depth, int n, int sign,
	const float *in, float *out, bool add)
{
	gemm_shape s = shape_of(w);
	tile t = {};

	s.add = add;
	s.n = n;
	s.k = c->k * c->k * depth;
	while (next_tile(w, c, depth, &t)) {
		s.m = rows_of(&t);
		blas_gemm(w, &s, patches(w, &t, depth, sign, in), w->packed,
			out + t.first * n);
	}
}

void conv_gemm_forward(const gpu_work *w, const gpu_conv *c, const float *x,
	const float *weight, float *y)
{
	pack(w, c, false, weight);
	multiply(w, c, c->ci, c->co, 1, x, y, false);
}

void conv_gemm_backward(const gpu_work *w, const gpu_conv *c, const float *dy,
	const float *weight, float *dx, bool add)
{
	pack(w, c, true, weight);
	multiply(w, c, c->co, c->ci, -1, dy, dx, add);
}

/* partial (k²·ci, co) = patches (rows, k²·ci)ᵀ · dy (rows, co), summed over the tiles */
void conv_gemm_weights(
	const gpu_work *w, const gpu_conv *c, const float *x, const float *dy, float *dw)
{
	gemm_shape s = shape_of(w);
	tile t = {};

	s.a_transposed = true;
	s.m = c->k * c->k * c->ci;
	s.n = c->co;
	while (next_tile(w, c, c->ci, &t)) {
		const void *left = patches(w, &t, c->ci, 1, x);
		const void *right = dy + t.first * c->co;
		gpu_conv same = t.c;

		same.k = 1;
		if (is_half(w)) {
			gpu_patches(w, &same, c->co, 1, true, dy + t.first * c->co,
				w->rounded);
			right = w->rounded;
		}
		s.k = rows_of(&t);
		blas_gemm(w, &s, left, right, w->partial);
		s.add = true;
	}
	gpu_each(w->stream, weights(c), unpack{*c, w->partial, dw});
}

gpu_conv_needs conv_gemm_room(const gpu_work *w, const gpu_conv *c)
{
	size_t one = patch_bytes(w, c, std::max(c->ci, c->co));
	size_t all = one * (size_t)std::max(c->images, 1);
	size_t rows = (size_t)c->images * (size_t)(c->side * c->side);
	gpu_conv_needs n = {weights(c), weights(c), 0, 0};

	if (needs_patches(w, c))
		n.patches = std::max(one, std::min(all, (size_t)PATCH_BYTES));
	if (is_half(w))
		n.rounded = rows * (size_t)c->co * sizeof(uint16_t);
	return n;
}
