/* SPDX-License-Identifier: MIT */
/* Haar wavelet, as cpu/dwt.c: (a b / c d) → 0.5·(a+b+c+d, a+b-c-d, a-b+c-d, a-b-c+d). */
#include "cuda/gpu.h"
#include "cuda/kernels.h"

/* One patch of one channel. step: between columns; row: between rows; band: between
 * bands. */
struct patch {
	__device__ static void transform(
		const float *p, long step, long row, float *o, long band)
	{
		float s = (p[0] + p[step]) * 0.5f, d = (p[0] - p[step]) * 0.5f;
		float t = (p[row] + p[row + step]) * 0.5f,
		      e = (p[row] - p[row + step]) * 0.5f;

		o[0] = s + t;
		o[band] = s - t;
		o[2 * band] = d + e;
		o[3 * band] = d - e;
	}

	__device__ static void inverse(
		const float *o, long band, float *p, long step, long row)
	{
		float s = (o[0] + o[band]) * 0.5f, d = (o[0] - o[band]) * 0.5f;
		float t = (o[2 * band] + o[3 * band]) * 0.5f;
		float e = (o[2 * band] - o[3 * band]) * 0.5f;

		p[0] = s + t;
		p[step] = s - t;
		p[row] = d + e;
		p[row + step] = d - e;
	}
};

/* x (images, (2·side)², c) ↔ y (images, side², 4c); i counts (images, side², c) */
struct dwt {
	int side, c;
	const float *from;
	float *to;
	bool back;

	__device__ void operator()(long i) const
	{
		long channel = i % c, pixel = i / c % (side * side),
		     image = i / c / (side * side);
		long wide = (image * side * side * 4 + pixel / side * 4 * side +
				    pixel % side * 2) *
				    c +
			    channel;
		long narrow = (image * side * side + pixel) * 4 * c + channel;

		if (back)
			patch::inverse(from + narrow, c, to + wide, c, 2L * side * c);
		else
			patch::transform(from + wide, c, 2L * side * c, to + narrow, c);
	}
};

/* x (images, channels, 32, 32) → y (images, 16², 4·channels) */
struct dwt_input {
	int channels;
	const float *x;
	float *y;

	__device__ void operator()(long i) const
	{
		long channel = i % channels, pixel = i / channels % 256,
		     image = i / channels / 256;

		patch::transform(x + (image * channels + channel) * 1024 +
					 pixel / 16 * 64 + pixel % 16 * 2,
			1, 32, y + (image * 256 + pixel) * 4 * channels + channel,
			channels);
	}
};

void gpu_dwt_input(const gpu_work *w, int images, int channels, const float *x, float *y)
{
	gpu_each(w->stream, (long)images * 256 * channels, dwt_input{channels, x, y});
}

void gpu_dwt_forward(
	const gpu_work *w, int images, int side, int c, const float *x, float *y)
{
	gpu_each(w->stream, (long)images * side * side * c, dwt{side, c, x, y, false});
}

void gpu_dwt_backward(
	const gpu_work *w, int images, int side, int c, const float *dy, float *dx)
{
	gpu_each(w->stream, (long)images * side * side * c, dwt{side, c, dy, dx, true});
}
