/* SPDX-License-Identifier: MIT */
/* Batches out of a data set that lies on the device: picked, mirrored, and through the first
 * wavelet. */
#include "cuda/haar.h"
#include "cuda/kernels.h"
#include "data/pixel.h"
#include "net/net.h"

/* One patch of y (count, 16², 4·channels) */
struct gather_patch {
	gpu_gather g;
	float *y;
	uint8_t *labels;

	__device__ float pixel(long image, int channel, int row, int column, bool flip) const
	{
		int pad = (NET_SIDE - g.side) / 2;

		row -= pad;
		column -= pad;
		if (row < 0 || row >= g.side || column < 0 || column >= g.side)
			return PIXEL_BLACK;
		if (flip)
			column = g.side - 1 - column;
		return pixel_value(
			g.pixels[((image * g.channels + channel) * g.side + row) *
					 g.side +
				 column]);
	}

	__device__ void operator()(long i) const
	{
		int channel = (int)(i % g.channels), at = (int)(i / g.channels % 256);
		int row = at / 16 * 2, column = at % 16 * 2;
		long place = i / g.channels / 256, image = g.index[place];
		bool flip = g.step->flip_key && pixel_flip(g.step->flip_key, image);

		haar(pixel(image, channel, row, column, flip),
			pixel(image, channel, row, column + 1, flip),
			pixel(image, channel, row + 1, column, flip),
			pixel(image, channel, row + 1, column + 1, flip),
			y + (i / g.channels) * 4 * g.channels + channel, g.channels);
		if (channel == 0 && at == 0)
			labels[place] = g.labels[image];
	}
};

void gpu_gather_input(
	const gpu_work *w, const gpu_gather *g, int count, float *y, uint8_t *labels)
{
	gpu_each(w->stream, (long)count * g->channels * 256, gather_patch{*g, y, labels});
}
