/* SPDX-License-Identifier: MIT */
/* Convolutions as products by cuBLAS: patches (rows, step) of some images at a time, which
 * bounds their memory, and weights in the order of the patches (pack.cu). A 1 × 1
 * convolution beside one of 3 × 3 takes the patches' middle forward, and has the columns
 * after their taps backward. */
#include "cuda/blas.h"
#include "cuda/conv.h"

#include <algorithm>

/* Patches of one image of the largest layer take 0.3 MB; a batch of 500 is one tile. */
enum { PATCH_BYTES = 128 << 20, ALIGNED = 8 };

static bool is_half(const gpu_work *w)
{
	return w->precision == PRECISION_BF16;
}

/* Of a row of patches. Tensor cores want rows of whole 16 bytes: the first block's 108 or 36
 * values are followed by zeros, which no product reads. */
static int row_step(const gpu_work *w, int taps, int depth)
{
	int values = taps * depth;

	return is_half(w) ? (values + ALIGNED - 1) / ALIGNED * ALIGNED : values;
}

/* A run of images whose patches fit. */
struct tile {
	gpu_conv c;
	long first; /* row */
};

static size_t row_bytes(const gpu_work *w, int step)
{
	return (size_t)step * (is_half(w) ? sizeof(uint16_t) : sizeof(float));
}

static bool next_tile(const gpu_work *w, const gpu_conv *c, int step, tile *t)
{
	long pixels = (long)c->side * c->side;
	int done = (int)(t->first / pixels) + t->c.images;
	int most = (int)(w->patch_room / (row_bytes(w, step) * (size_t)pixels));

	t->first = done * pixels;
	t->c = *c;
	t->c.images = std::min(most, c->images - done);
	return t->c.images > 0;
}

static void take_patches(const gpu_work *w, const tile *t, gpu_patch p)
{
	p.in += t->first * p.depth;
	if (p.beside)
		p.beside += t->first * p.depth;
	gpu_patches(w, &t->c, &p, is_half(w), w->patches);
}

static const void *element(const gpu_work *w, const void *at, long i)
{
	return static_cast<const char *>(at) + i * (is_half(w) ? 2 : 4);
}

/* What the middle tap sees is the input itself. */
static const void *middle(const gpu_work *w, const gpu_conv *c)
{
	return element(w, w->patches, (long)(c->k * c->k / 2) * c->ci);
}

static gemm_shape shape_of(const gpu_work *w, int n, int step)
{
	gemm_shape s = {};

	s.half = is_half(w);
	s.tf32 = w->precision == PRECISION_TF32;
	s.n = n;
	s.a_step = step;
	return s;
}

static int rows_of(const tile *t)
{
	return t->c.images * t->c.side * t->c.side;
}

void conv_gemm_forward(const gpu_work *w, const gpu_conv *c, const float *x, float *y,
	const gpu_conv *point, float *y_point)
{
	int step = row_step(w, c->k * c->k, c->ci);
	gemm_shape s = shape_of(w, c->co, step);
	tile t = {};

	while (next_tile(w, c, step, &t)) {
		take_patches(w, &t, gpu_patch{c->ci, step, 1, x, nullptr});
		s.m = rows_of(&t);
		s.k = c->k * c->k * c->ci;
		blas_gemm(w, &s, w->patches, c->packed, y + t.first * c->co);
		s.k = c->ci;
		if (point)
			blas_gemm(w, &s, middle(w, c), point->packed,
				y_point + t.first * c->co);
	}
}

void conv_gemm_backward(const gpu_work *w, const gpu_conv *c, const float *dy, float *dx,
	const gpu_conv *point, const float *dy_point)
{
	int taps = c->k * c->k + (point ? 1 : 0), step = row_step(w, taps, c->co);
	gemm_shape s = shape_of(w, c->ci, step);
	tile t = {};

	s.k = taps * c->co; /* the point's weights lie behind the others */
	while (next_tile(w, c, step, &t)) {
		take_patches(w, &t, gpu_patch{c->co, step, -1, dy, dy_point});
		s.m = rows_of(&t);
		blas_gemm(w, &s, w->patches, c->packed_back, dx + t.first * c->ci);
	}
}

static const void *gradient_at(const gpu_work *w, const gpu_gradient *dy, long i)
{
	return is_half(w) ? static_cast<const void *>(dy->half + i) : dy->value + i;
}

/* to (m, co) = patches (rows, m)ᵀ · dy (rows, co), summed over the tiles; of several, the
 * patches are made again for the point. */
static void weigh(const gpu_work *w, const gpu_conv *c, const float *x,
	const gpu_conv *as, const gpu_gradient *dy, float *to)
{
	int step = row_step(w, c->k * c->k, c->ci);
	gemm_shape s = shape_of(w, c->co, step);
	tile t = {};

	s.a_transposed = true;
	s.m = as->k * as->k * c->ci;
	while (next_tile(w, c, step, &t)) {
		if (as == c || t.c.images < c->images)
			take_patches(w, &t, gpu_patch{c->ci, step, 1, x, nullptr});
		s.k = rows_of(&t);
		blas_gemm(w, &s, as == c ? w->patches : middle(w, c),
			gradient_at(w, dy, t.first * c->co), to);
		s.add = true;
	}
}

static long weights(const gpu_conv *c)
{
	return (long)c->k * c->k * c->ci * c->co;
}

/* With up to 32 outputs, the product's order is the weights' own. */
void conv_gemm_weights(const gpu_work *w, const gpu_conv *c, const float *x,
	const gpu_gradient *dy, float *dw, const gpu_conv *point,
	const gpu_gradient *dy_point, float *dw_point)
{
	bool direct = c->co <= 32;
	float *point_sum = w->partial + weights(c);

	weigh(w, c, x, c, dy, direct ? dw : w->partial);
	if (point)
		weigh(w, c, x, point, dy_point, direct ? dw_point : point_sum);
	if (!direct)
		conv_unpack(w, c, dw, point, dw_point);
}

gpu_conv_needs conv_gemm_room(const gpu_work *w, const gpu_conv *c)
{
	int taps = c->k * c->k;
	size_t step = row_bytes(w, std::max(row_step(w, taps, c->ci),
					   row_step(w, taps + 1, c->co)));
	size_t one = step * (size_t)(c->side * c->side);
	size_t all = one * (size_t)std::max(c->images, 1);

	return gpu_conv_needs{row_bytes(w, (int)weights(c)),
		weights(c) + (long)c->ci * c->co,
		std::max(one, std::min(all, (size_t)PATCH_BYTES))};
}
