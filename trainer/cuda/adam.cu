/* SPDX-License-Identifier: MIT */
/* Adam, as cpu/vector.c. */
#include "cuda/gpu.h"
#include "cuda/kernels.h"

struct adam_element {
	const step_values *step;
	const float *g;
	float *w, *m, *v;

	__device__ void operator()(long i) const
	{
		m[i] = step->beta1 * m[i] + (1 - step->beta1) * g[i];
		v[i] = step->beta2 * v[i] + (1 - step->beta2) * g[i] * g[i];
		w[i] -= step->rate * m[i] / (sqrtf(v[i]) * step->v_scale + step->eps);
	}
};

void gpu_adam(const gpu_work *w, long count, const step_values *step, const float *g,
	float *weight, float *m, float *v)
{
	gpu_each(w->stream, count, adam_element{step, g, weight, m, v});
}
