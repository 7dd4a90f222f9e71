/* SPDX-License-Identifier: MIT */
/* Batch normalisation over (batch, height, width), in parts that suit a chunk of images.
 *
 * forward:  y = scale·x + shift, with scale = weight·rstd and shift = bias - mean·scale
 * backward: dx = scale·(dy - mean(dy) - x̂·mean(dy·x̂)) = scale·dy + slope·x + offset */
#include "cpu/ops.h"
#include "cpu/vec.h"

/* x (rows, c) → sum (c) and the squares about this chunk's own mean (c), which lose
 * nothing when the mean is far from 0; chunks are merged in double precision by norm.c.
 */
static void moments(int rows, int c, const float *x, float *sum, float *square)
{
	for (int j = 0; j < c; j += LANES) {
		vec s0 = {0}, s1 = {0}, q0 = {0}, q1 = {0}, mean;
		int i = 0;

		for (; i + 2 <= rows; i += 2) {
			s0 += vec_load(x + (long)i * c + j);
			s1 += vec_load(x + (long)(i + 1) * c + j);
		}
		if (i < rows)
			s0 += vec_load(x + (long)i * c + j);
		s0 += s1;
		mean = s0 * (1 / (float)rows);
		for (i = 0; i + 2 <= rows; i += 2) {
			vec d0 = vec_load(x + (long)i * c + j) - mean;
			vec d1 = vec_load(x + (long)(i + 1) * c + j) - mean;
			q0 += d0 * d0;
			q1 += d1 * d1;
		}
		if (i < rows) {
			vec d0 = vec_load(x + (long)i * c + j) - mean;
			q0 += d0 * d0;
		}
		vec_store(sum + j, s0);
		vec_store(square + j, q0 + q1);
	}
}

/* The end of a main block's first half, one image: y = relu(scale·x + shift)·keep, where
 * keep (c) is 0 or 1/(1-p) for whole channels. x, y (rows, c) */
static void relu_drop(int rows, int c, const float *x, const struct affine *bn,
	const float *keep, float *y)
{
	for (int i = 0; i < rows; i++) {
		for (int j = 0; j < c; j += LANES) {
			vec v = vec_load(x + (long)i * c + j);
			v = v * vec_load(bn->scale + j) + vec_load(bn->shift + j);
			vec_store(y + (long)i * c + j, vec_relu(v) * vec_load(keep + j));
		}
	}
}

/* dy (rows, c) becomes the gradient before the ReLU, in place; its sums are added up:
 * sum += dy, dot += dy·x̂ */
static void relu_drop_backward(int rows, int c, const float *x, const struct affine *bn,
	const float *keep, float *dy, float *sum, float *dot)
{
	for (int j = 0; j < c; j += LANES) {
		vec scale = vec_load(bn->scale + j), shift = vec_load(bn->shift + j);
		vec rstd = vec_load(bn->rstd + j), mean = vec_load(bn->mean + j);
		vec k = vec_load(keep + j), s = {0}, d = {0};

		for (int i = 0; i < rows; i++) {
			vec v = vec_load(x + (long)i * c + j);
			vec g = vec_load(dy + (long)i * c + j) * k;

			g = vec_gate(v * scale + shift, g);
			s += g;
			d += g * ((v - mean) * rstd);
			vec_store(dy + (long)i * c + j, g);
		}
		vec_add_to(sum + j, s);
		vec_add_to(dot + j, d);
	}
}

/* The end of a block: y = relu(main + shortcut), both normalised. (rows, c) */
static void add_relu(int rows, int c, const float *a, const struct affine *bn_a,
	const float *b, const struct affine *bn_b, float *y)
{
	for (int i = 0; i < rows; i++) {
		for (int j = 0; j < c; j += LANES) {
			long at = (long)i * c + j;
			vec shift = vec_load(bn_a->shift + j) + vec_load(bn_b->shift + j);
			vec v = vec_load(a + at) * vec_load(bn_a->scale + j) + shift;
			v += vec_load(b + at) * vec_load(bn_b->scale + j);
			vec_store(y + at, vec_relu(v));
		}
	}
}

/* dy (rows, c) becomes the gradient of main and shortcut alike, in place; sums (c each):
 * sum += dy, dot_a += dy·â, dot_b += dy·b̂ */
static void add_relu_backward(int rows, int c, const float *a, const struct affine *bn_a,
	const float *b, const struct affine *bn_b, float *dy, float *sum, float *dot_a,
	float *dot_b)
{
	for (int j = 0; j < c; j += LANES) {
		vec scale_a = vec_load(bn_a->scale + j),
		    scale_b = vec_load(bn_b->scale + j);
		vec shift = vec_load(bn_a->shift + j) + vec_load(bn_b->shift + j);
		vec rstd_a = vec_load(bn_a->rstd + j), mean_a = vec_load(bn_a->mean + j);
		vec rstd_b = vec_load(bn_b->rstd + j), mean_b = vec_load(bn_b->mean + j);
		vec s = {0}, da = {0}, db = {0};

		for (int i = 0; i < rows; i++) {
			long at = (long)i * c + j;
			vec u = vec_load(a + at), v = vec_load(b + at);
			vec out = u * scale_a + shift + v * scale_b;
			vec g = vec_gate(out, vec_load(dy + at));

			s += g;
			da += g * ((u - mean_a) * rstd_a);
			db += g * ((v - mean_b) * rstd_b);
			vec_store(dy + at, g);
		}
		vec_add_to(sum + j, s);
		vec_add_to(dot_a + j, da);
		vec_add_to(dot_b + j, db);
	}
}

/* dx = scale·dy + slope·x + offset. (rows, c) */
static void backward(int rows, int c, const float *x, const struct affine *bn,
	const float *dy, float *dx)
{
	for (int i = 0; i < rows; i++) {
		for (int j = 0; j < c; j += LANES) {
			long at = (long)i * c + j;
			vec v = vec_load(x + at) * vec_load(bn->slope + j);
			v += vec_load(bn->offset + j);
			v += vec_load(dy + at) * vec_load(bn->scale + j);
			vec_store(dx + at, v);
		}
	}
}

const struct batchnorm_ops ISA_NAME(batchnorm_ops) = {
	.moments = moments,
	.relu_drop = relu_drop,
	.relu_drop_backward = relu_drop_backward,
	.add_relu = add_relu,
	.add_relu_backward = add_relu_backward,
	.backward = backward,
};
