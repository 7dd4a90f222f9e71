/* SPDX-License-Identifier: MIT */
/* A call of the CUDA runtime that fails says which. */
#ifndef TRAINER_CUDA_CHECK_H
#define TRAINER_CUDA_CHECK_H

#include "base/err.h"
#include "cuda/gpu.h"

static inline int cuda_check(cudaError_t code, const char *what, err *e)
{
	return code == cudaSuccess
		       ? 0
		       : err_set(e, "CUDA: %s: %s", what, cudaGetErrorString(code));
}

#endif
