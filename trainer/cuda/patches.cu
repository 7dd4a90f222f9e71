/* SPDX-License-Identifier: MIT */
/* im2col: what every tap of a convolution sees, in a row, so that the convolution is one
 * product. cuDNN and CUTLASS have no circular padding. */
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
	int depth, step, sign;
	const float *in, *beside;
	T *out;

	__device__ void operator()(long i) const
	{
		/* fewer than 2³¹ of them: conv_gemm.cu */
		unsigned row = (unsigned)i / (unsigned)step,
			 at = (unsigned)i % (unsigned)step;
		int tap = (int)(at / (unsigned)depth), channel = (int)(at % (unsigned)depth);
		float v = 0;

		if (tap < c.k * c.k)
			v = in[shifted(c, row, tap, sign) * depth + channel];
		else if (beside && tap == c.k * c.k)
			v = beside[(long)row * depth + channel];
		put(&out[i], v);
	}
};

template <class T>
static void make(const gpu_work *w, const gpu_conv *c, const gpu_patch *p, void *out)
{
	long count = (long)c->images * c->side * c->side * p->step;

	gpu_each(w->stream, count,
		patch_element<T>{*c, p->depth, p->step, p->sign, p->in, p->beside,
			static_cast<T *>(out)});
}

void gpu_patches(
	const gpu_work *w, const gpu_conv *c, const gpu_patch *p, bool half, void *out)
{
	(half ? make<uint16_t> : make<float>)(w, c, p, out);
}
