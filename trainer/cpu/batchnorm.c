/* SPDX-License-Identifier: MIT */
/* Batch normalisation over (batch, height, width), in parts that suit a chunk of images.
 *
 * forward:  y = scale·x + shift, with scale = weight·rstd and shift = bias - mean·scale
 * backward: dx = scale·(dy - mean(dy) - x̂·mean(dy·x̂)) = scale·dy + slope·x + offset */
#include "cpu/ops.h"
#include "cpu/vec.h"

/* Sums are taken of PART rows as they come, and these added up with what rounding took
 * from the sum (Kahan 1965): thousands of rows lose no more than a few do. */
enum { PART = 16 };

/* Floats from here on that are asked for: the processor does so to the end of a page. */
enum { AHEAD = 1024 };

struct sum {
	vec value, lost;
};

static inline void sum_add(struct sum *s, vec v)
{
	vec more = v - s->lost, now = s->value + more;

	s->lost = (now - s->value) - more;
	s->value = now;
}

/* By halves: rows that are all alike, as an image's border, are added up exactly. */
static inline vec sum_eight(const vec v[8])
{
	return ((v[0] + v[1]) + (v[2] + v[3])) + ((v[4] + v[5]) + (v[6] + v[7]));
}

static inline vec sum_rows(const float *x, long c)
{
	vec v[8];

	for (int i = 0; i < 8; i++)
		v[i] = vec_load(x + i * c);
	return sum_eight(v);
}

static inline vec sum_squares(const float *x, long c, vec mean)
{
	vec v[8];

	for (int i = 0; i < 8; i++) {
		vec d = vec_load(x + i * c) - mean;

		v[i] = d * d;
	}
	return sum_eight(v);
}

/* x (rows, c) → sum (c) and the squares about this chunk's own mean (c), which lose
 * nothing when the mean is far from 0; chunks are merged in double precision by norm.c.
 */
static void moments(int rows, int c, const float *x, float *sum, float *square)
{
	for (int j = 0; j < c; j += LANES) {
		struct sum s = {0}, q = {0};
		const float *at = x + j, *end = at + (long)rows * c;
		vec mean;

		for (; at + (PART - 1) * c < end; at += PART * c)
			sum_add(&s, sum_rows(at, c) + sum_rows(at + 8 * c, c));
		for (; at < end; at += c)
			sum_add(&s, vec_load(at));
		mean = s.value * (1 / (float)rows);
		for (at = x + j; at + (PART - 1) * c < end; at += PART * c)
			sum_add(&q, sum_squares(at, c, mean) +
					    sum_squares(at + 8 * c, c, mean));
		for (; at < end; at += c) {
			vec d = vec_load(at) - mean;

			sum_add(&q, d * d);
		}
		vec_store(sum + j, s.value);
		vec_store(square + j, q.value);
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
		vec k = vec_load(keep + j);
		struct sum all = {0}, all_d = {0};

		for (int from = 0; from < rows; from += PART) {
			int to = from + PART < rows ? from + PART : rows;
			vec s = {0}, d = {0};

			for (int i = from; i < to; i++) {
				vec v = vec_load(x + (long)i * c + j);
				vec g = vec_load(dy + (long)i * c + j) * k;

				g = vec_gate(v * scale + shift, g);
				s += g;
				d += g * ((v - mean) * rstd);
				vec_store(dy + (long)i * c + j, g);
			}
			sum_add(&all, s);
			sum_add(&all_d, d);
		}
		vec_add_to(sum + j, all.value);
		vec_add_to(dot + j, all_d.value);
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
		struct sum all = {0}, all_a = {0}, all_b = {0};

		for (int from = 0; from < rows; from += PART) {
			int to = from + PART < rows ? from + PART : rows;
			vec s = {0}, da = {0}, db = {0};

			for (int i = from; i < to; i++) {
				long at = (long)i * c + j;
				vec u = vec_load(a + at), v = vec_load(b + at);
				vec out = u * scale_a + shift + v * scale_b;
				vec g = vec_gate(out, vec_load(dy + at));

				s += g;
				da += g * ((u - mean_a) * rstd_a);
				db += g * ((v - mean_b) * rstd_b);
				vec_store(dy + at, g);
			}
			sum_add(&all, s);
			sum_add(&all_a, da);
			sum_add(&all_b, db);
		}
		vec_add_to(sum + j, all.value);
		vec_add_to(dot_a + j, all_a.value);
		vec_add_to(dot_b + j, all_b.value);
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

			__builtin_prefetch(x + at + AHEAD);
			__builtin_prefetch(dy + at + AHEAD);
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
