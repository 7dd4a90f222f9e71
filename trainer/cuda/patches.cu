/* SPDX-License-Identifier: MIT */
/* im2col: what every tap of a convolution sees, in a row, so that the convolution is one
 * product. */
#include "cuda/bf16.h"
#include "cuda/conv.h"

__device__ static inline void put(float *to, float v)
{
	*to = v;
}

__device__ static inline void put(uint16_t *to, float v)
{
	*to = bf16_round(v);
}

template <class T> struct patch_element {
	gpu_conv c;
	int depth, sign;
	const float *in;
	T *out;

	__device__ void operator()(long i) const
	{
		/* fewer than 2³¹ of them: conv_gemm.cu */
		unsigned at = (unsigned)i, taps = (unsigned)(c.k * c.k);
		unsigned channel = at % (unsigned)depth,
			 tap = at / (unsigned)depth % taps;
		unsigned row = at / (unsigned)depth / taps;

		put(&out[i], in[shifted(c, row, (int)tap, sign) * depth + channel]);
	}
};

void gpu_patches(const gpu_work *w, const gpu_conv *c, int depth, int sign, bool half,
	const float *in, void *out)
{
	long count = (long)c->images * c->side * c->side * c->k * c->k * depth;

	if (half)
		gpu_each(w->stream, count,
			patch_element<uint16_t>{
				*c, depth, sign, in, static_cast<uint16_t *>(out)});
	else
		gpu_each(w->stream, count,
			patch_element<float>{
				*c, depth, sign, in, static_cast<float *>(out)});
}
