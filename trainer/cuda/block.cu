/* SPDX-License-Identifier: MIT */
/* The elementwise ends of a block's two halves: norm, ReLU and dropout; norms, sum and
 * ReLU, with the wavelet that follows. Backward they begin the norms' gradients. */
#include "cuda/haar.h"
#include "cuda/norm.h"
#include "net/dropout.h"

/* 2 where the channel is kept, 0 where dropped, 1 without dropout */
__device__ static inline float keep(const gpu_dropout &d, long row, int channel)
{
	return d.step ? dropout_one(d.step->dropout_key, d.block,
				d.first + row / d.pixels, channel)
		      : 1;
}

/* As vec_gate() of cpu/vec.h: NaN passes. */
__device__ static inline float gpu_gate(float gate, float v)
{
	return gate <= 0 ? 0 : v;
}

struct relu_drop {
	gpu_norm n;
	gpu_dropout d;
	const float *x;
	float *y;

	__device__ void operator()(long i) const
	{
		int j = (int)(i & (n.c - 1));
		float v = x[i] * n.scale[j] + n.shift[j];

		y[i] = gpu_gate(v, v * keep(d, i >> n.bits, j));
	}
};

/* dy in place */
struct relu_drop_backward {
	gpu_norm n;
	gpu_dropout d;
	const float *x;
	float *dy;

	__device__ float operator()(long row, int channel) const
	{
		long i = row * n.c + channel;
		float v = x[i] * n.scale[channel] + n.shift[channel];

		return dy[i] = gpu_gate(v, dy[i] * keep(d, row, channel));
	}
};

struct add_relu {
	gpu_norm a, b;
	const float *xa, *xb;
	float *y;

	__device__ float sum(long i) const
	{
		int j = (int)(i & (a.c - 1));

		return xa[i] * a.scale[j] + a.shift[j] + xb[i] * b.scale[j] + b.shift[j];
	}

	__device__ float value(long i) const
	{
		float v = sum(i);

		return gpu_gate(v, v);
	}

	__device__ void operator()(long i) const
	{
		y[i] = value(i);
	}
};

/* To y (images, side², 4c); i counts (images, side², c). */
struct add_relu_dwt {
	add_relu from;
	int side;

	__device__ void operator()(long i) const
	{
		int c = from.a.c;
		long channel = i % c, pixel = i / c % (side * side), row = 2L * side * c;
		long image = i / c / (side * side);
		long at = (image * side * side * 4 + pixel / side * 4 * side +
				  pixel % side * 2) *
				  c +
			  channel;

		haar(from.value(at), from.value(at + c), from.value(at + row),
			from.value(at + row + c),
			from.y + (image * side * side + pixel) * 4 * c + channel, c);
	}
};

/* To dy, from there or from what comes back through the wavelet. */
struct add_relu_backward {
	add_relu forward;
	const float *bands; /* (images, side² / 4, 4c); NULL: dy in place */
	int side;
	float *dy;

	__device__ float coming(long i, long row, int channel) const
	{
		int pixel, y, x, half = side / 2, c = forward.a.c;

		if (!bands)
			return dy[i];
		pixel = (int)(row % (side * side));
		y = pixel / side;
		x = pixel % side;
		return haar_inverse(bands +
					    (row / (side * side) * half * half +
						    y / 2 * half + x / 2) *
						    4 * c +
					    channel,
			c, y & 1, x & 1);
	}

	__device__ float operator()(long row, int channel) const
	{
		long i = row * forward.a.c + channel;

		return dy[i] = gpu_gate(forward.sum(i), coming(i, row, channel));
	}
};

void gpu_relu_drop(const gpu_work *w, const gpu_norm *n, const gpu_dropout *d, long rows,
	const float *x, float *y)
{
	gpu_each(w->stream, rows * n->c, relu_drop{*n, *d, x, y});
}

void gpu_relu_drop_backward(gpu_work *w, const gpu_norm *n, const gpu_dropout *d,
	long rows, const float *x, float *dy)
{
	norm_sums s = norm_sums_of(w, n, nullptr, rows);

	s.x[0] = x;
	sum_gradients(w, s, relu_drop_backward{*n, *d, x, dy});
}

void gpu_add_relu(const gpu_work *w, const gpu_norm *a, const gpu_norm *b, long rows,
	const float *xa, const float *xb, float *y)
{
	gpu_each(w->stream, rows * a->c, add_relu{*a, *b, xa, xb, y});
}

void gpu_add_relu_dwt(const gpu_work *w, const gpu_norm *a, const gpu_norm *b, int images,
	int side, const float *xa, const float *xb, float *y)
{
	gpu_each(w->stream, (long)images * side * side * a->c,
		add_relu_dwt{{*a, *b, xa, xb, y}, side});
}

void gpu_add_relu_backward(gpu_work *w, const gpu_norm *a, const gpu_norm *b, int images,
	int side, const float *xa, const float *xb, const float *bands, float *dy)
{
	norm_sums s = norm_sums_of(w, a, b, (long)images * side * side);

	s.x[0] = xa;
	s.x[1] = xb;
	sum_gradients(
		w, s, add_relu_backward{{*a, *b, xa, xb, nullptr}, bands, side, dy});
}
