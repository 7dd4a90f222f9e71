/* SPDX-License-Identifier: MIT */
/* cuBLAS, where it is there. Its few functions are declared here, so that neither header
 * nor library is needed to build. */
#ifndef TRAINER_CUDA_BLAS_H
#define TRAINER_CUDA_BLAS_H

#include "cuda/check.h"
#include "net/backend.h"

#include <cstddef>

struct gpu_work;

/* Opens a handle on w's stream with memory of its own, which a captured graph needs;
 * false when the library is not there. */
bool blas_open(gpu_work *w);
void blas_close(gpu_work *w);

/* Row-major C (m, n) = A (m, k) · B (k, n), += when add. A transposed is given as (k, m),
 * B as (n, k). half: A and B are bfloat16, else float; C is float, sums are float. tf32:
 * factors of 10 bits of fraction. */
struct gemm_shape {
	int m, n, k;
	bool a_transposed, b_transposed, add, half, tf32;
	int a_step; /* between A's rows as given; 0: they touch */
};
void blas_gemm(
	const gpu_work *w, const gemm_shape *s, const void *a, const void *b, float *c);

#endif
