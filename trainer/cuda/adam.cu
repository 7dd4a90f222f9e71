/* SPDX-License-Identifier: MIT */
/* Adam, as cpu/vector.c. */
#include "cuda/gpu.h"
#include "cuda/kernels.h"

struct adam_element {
	float rate, v_scale, beta1, beta2, eps;
	const float *g;
	float *w, *m, *v;

	__device__ void operator()(long i) const
	{
		m[i] = beta1 * m[i] + (1 - beta1) * g[i];
		v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
		w[i] -= rate * m[i] / (sqrtf(v[i]) * v_scale + eps);
	}
};

void gpu_adam(long count, float rate, float v_scale, float beta1, float beta2, float eps,
	const float *g, float *w, float *m, float *v)
{
	gpu_each(count, adam_element{rate, v_scale, beta1, beta2, eps, g, w, m, v});
}
