/* SPDX-License-Identifier: MIT */
/* The wavelet of images that come from the host; of others, see gather.cu and block.cu. */
#include "cuda/haar.h"
#include "cuda/kernels.h"

/* x (images, channels, 32, 32) → y (images, 16², 4·channels) */
struct dwt_input {
	int channels;
	const float *x;
	float *y;

	__device__ void operator()(long i) const
	{
		long channel = i % channels, pixel = i / channels % 256,
		     image = i / channels / 256;
		const float *p = x + (image * channels + channel) * 1024 +
				 pixel / 16 * 64 + pixel % 16 * 2;

		haar(p[0], p[1], p[32], p[33],
			y + (image * 256 + pixel) * 4 * channels + channel, channels);
	}
};

void gpu_dwt_input(const gpu_work *w, int images, int channels, const float *x, float *y)
{
	gpu_each(w->stream, (long)images * 256 * channels, dwt_input{channels, x, y});
}
