/* SPDX-License-Identifier: MIT */
/* Weights in the order of the patches, of all convolutions at once, and back. */
#include "cuda/bf16.h"
#include "cuda/conv.h"

/* Between a weight's place in net.h and its place in a product; i counts the latter.
 * back: (k², co, ci), else (k², ci, co). */
__device__ static inline long weight_of(const gpu_conv &c, bool back, long i)
{
	int inner = back ? c.ci : c.co, outer = back ? c.co : c.ci;
	int low = (int)(i % inner), high = (int)(i / inner % outer);

	return weight_at(
		c, (int)(i / inner / outer), back ? high : low, back ? low : high);
}

struct pack_all {
	gpu_conv conv[GPU_PACKED];
	long end[GPU_PACKED]; /* of a convolution's elements, both ways */
	bool half;

	__device__ void put(void *to, long i, float v) const
	{
		if (half)
			static_cast<uint16_t *>(to)[i] = bf16_round(v);
		else
			static_cast<float *>(to)[i] = v;
	}

	__device__ void operator()(long i) const
	{
		int j = 0;
		long weights;

		while (i >= end[j])
			j++;
		i -= j ? end[j - 1] : 0;
		weights = (long)conv[j].k * conv[j].k * conv[j].ci * conv[j].co;
		if (i < weights)
			put(conv[j].packed, i,
				conv[j].weight[weight_of(conv[j], false, i)]);
		else
			put(conv[j].packed_back, i - weights,
				conv[j].weight[weight_of(conv[j], true, i - weights)]);
	}
};

void gpu_pack(const gpu_work *w, const gpu_conv *c, int count)
{
	pack_all p = {};
	long all = 0;

	if (!w->blas)
		return;
	p.half = w->precision == PRECISION_BF16;
	for (int i = 0; i < count; i++) {
		p.conv[i] = c[i];
		p.end[i] = all += 2L * c[i].k * c[i].k * c[i].ci * c[i].co;
	}
	gpu_each(w->stream, all, p);
}

struct unpack {
	gpu_conv c[2];
	long first; /* elements of c[0] */
	const float *packed;
	float *dw[2];

	__device__ void operator()(long i) const
	{
		int which = i >= first;
		long own = which ? i - first : i;

		dw[which][weight_of(c[which], false, own)] = packed[i];
	}
};

void conv_unpack(const gpu_work *w, const gpu_conv *c, float *dw, const gpu_conv *point,
	float *dw_point)
{
	long first = (long)c->k * c->k * c->ci * c->co;

	gpu_each(w->stream, first + (point ? (long)point->ci * point->co : 0),
		unpack{{*c, point ? *point : *c}, first, w->partial, {dw, dw_point}});
}
