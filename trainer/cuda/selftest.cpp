/* SPDX-License-Identifier: MIT */
#include "cuda/selftest.h"
#include "cuda/blas.h"
#include "base/rng.h"

#include <cmath>

void *selftest_take(selftest *s, const void *from, size_t size)
{
	void *p = nullptr;

	if (GPU_DO(cudaMalloc(&p, size ? size : 1)) < 0)
		return nullptr;
	s->device.push_back(p);
	if (from)
		gpu_copy(p, from, size, cudaMemcpyHostToDevice, s->work.stream);
	else
		GPU_DO(cudaMemsetAsync(p, 0, size, s->work.stream));
	return p;
}

twin selftest_random(selftest *s, long count, double low, double high)
{
	twin t = {mem_floats(count), nullptr, count};
	uint64_t key = rng_key(7, RNG_INIT, s->drawn++);

	for (long i = 0; i < count; i++)
		t.host[i] = (float)(low + (high - low) * rng_uniform(key, (uint64_t)i));
	s->host.push_back(t.host);
	t.device = static_cast<float *>(
		selftest_take(s, t.host, (size_t)count * sizeof(float)));
	return t;
}

twin selftest_zeros(selftest *s, long count)
{
	return selftest_random(s, count, 0, 0);
}

void selftest_clear(selftest *s)
{
	for (void *p : s->device)
		GPU_DO(cudaFree(p));
	for (void *p : s->host)
		free(p);
	s->device.clear();
	s->host.clear();
}

void selftest_compare(selftest *s, const char *what, const twin &t, double limit)
{
	size_t size = (size_t)t.count * sizeof(float);
	std::vector<float> got((size_t)t.count);
	double apart = 0, length = 0;

	gpu_copy(got.data(), t.device, size, cudaMemcpyDeviceToHost, s->work.stream);
	for (long i = 0; i < t.count; i++) {
		double d = (double)got[(size_t)i] - (double)t.host[i];

		apart += d * d;
		length += (double)t.host[i] * (double)t.host[i];
	}
	s->report(s->arg, what, std::sqrt(apart / (length + 1e-30)), limit);
}

/* Factors are off by half a unit of their last place at most: 2⁻¹¹ of themselves in tf32,
 * 2⁻⁹ in bf16. In a sum of products whose signs are random, both factors' errors stay
 * below the root of 2 times that, relative to the sum's size. */
static double product_limit(enum precision p)
{
	return p == PRECISION_BF16   ? std::sqrt(2) / 512
	       : p == PRECISION_TF32 ? std::sqrt(2) / 2048
				     : SELFTEST_ROUNDING;
}

int cuda_check_ops(const gpu_options *o, backend_report *report, void *arg, err *e)
{
	selftest s = {};

	s.work.precision = o->precision;
	s.work.group.ranks = 1;
	s.cpu = ops_find("plain");
	s.report = report;
	s.arg = arg;
	s.limit = product_limit(o->precision);
	GPU_DO(cudaSetDevice(o->device < 0 ? 0 : o->device));
	if (GPU_DO(cudaStreamCreateWithFlags(&s.work.stream, cudaStreamNonBlocking)) ==
		0) {
		blas_open(&s.work);
		selftest_products(&s);
		selftest_norms(&s);
		selftest_ends(&s);
		blas_close(&s.work);
		GPU_DO(cudaStreamDestroy(s.work.stream));
	}
	return gpu_status(e);
}
