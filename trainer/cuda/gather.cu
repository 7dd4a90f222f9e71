/* SPDX-License-Identifier: MIT */
/* Batches out of a data set that lies on the device. */
#include "cuda/gpu.h"
#include "cuda/kernels.h"
#include "data/pixel.h"
#include "net/net.h"

/* One pixel of images (count, channels, 32, 32) */
struct gather_pixel {
	gpu_gather g;
	float *images;

	__device__ void operator()(long i) const
	{
		int x = (int)(i % NET_SIDE), y = (int)(i / NET_SIDE % NET_SIDE);
		int channel = (int)(i / (NET_SIDE * NET_SIDE) % g.channels);
		int pad = (NET_SIDE - g.side) / 2, row = y - pad, column = x - pad;
		long image = g.index[i / (NET_SIDE * NET_SIDE) / g.channels];
		bool flip = g.step->flip_key && pixel_flip(g.step->flip_key, image);

		if (row < 0 || row >= g.side || column < 0 || column >= g.side) {
			images[i] = PIXEL_BLACK;
			return;
		}
		if (flip)
			column = g.side - 1 - column;
		images[i] = pixel_value(
			g.pixels[((image * g.channels + channel) * g.side + row) *
					 g.side +
				 column]);
	}
};

struct gather_label {
	gpu_gather g;
	uint8_t *labels;

	__device__ void operator()(long i) const
	{
		labels[i] = g.labels[g.index[i]];
	}
};

void gpu_gather_images(
	const gpu_work *w, const gpu_gather *g, int count, float *images, uint8_t *labels)
{
	gpu_each(w->stream, (long)count * g->channels * NET_SIDE * NET_SIDE,
		gather_pixel{*g, images});
	gpu_each(w->stream, count, gather_label{*g, labels});
}
