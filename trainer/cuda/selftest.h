/* SPDX-License-Identifier: MIT */
/* Every operation on random values against the CPU's plain kernels, or, where the CPU
 * works in other pieces, against the definition in double. */
#ifndef TRAINER_CUDA_SELFTEST_H
#define TRAINER_CUDA_SELFTEST_H

#include "cuda/check.h"
#include "cuda/kernels.h"

extern "C" {
#include "base/mem.h"
#include "cpu/ops.h"
}

#include <functional>
#include <vector>

/* An array on both sides. */
struct twin {
	float *host, *device;
	long count;
};

struct selftest {
	gpu_work work;
	const struct ops *cpu; /* "plain" */
	backend_report *report;
	void *arg;
	double limit;   /* of a product's relative error */
	uint64_t drawn; /* random numbers so far */
	std::vector<void *> host, device;
};

/* Random numbers between low and high; zeros. Freed by selftest_clear(). */
twin selftest_random(selftest *s, long count, double low, double high);
twin selftest_zeros(selftest *s, long count);
/* More memory of the device, filled from `from` unless that is NULL. */
void *selftest_take(selftest *s, const void *from, size_t size);
void selftest_clear(selftest *s);

/* Reports how far the device's values are from the host's. */
void selftest_compare(selftest *s, const char *what, const twin &t, double limit);

/* Of sums in float, whatever their order. */
#define SELFTEST_ROUNDING 1e-5

void selftest_products(selftest *s); /* conv.cu, linear.cu */
void selftest_norms(selftest *s);    /* batchnorm.cu, block.cu */
void selftest_ends(selftest *s);     /* dwt.cu, gather.cu, softmax.cu, adam.cu */

#endif
