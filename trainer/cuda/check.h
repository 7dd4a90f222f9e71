/* SPDX-License-Identifier: MIT */
/* Calls that fail: each is noted with its file and line, and the first one stays until
 * somebody asks. Operations need no result of their own this way. */
#ifndef TRAINER_CUDA_CHECK_H
#define TRAINER_CUDA_CHECK_H

#include "base/err.h"

#ifndef CNNTRAIN_EMULATE
#include <cuda_runtime_api.h>
#else
#include "cuda/emulate/runtime.h"
#endif

/* why NULL: it went well. Notes are kept per host thread. -1 when it failed. */
int gpu_note(const char *why, const char *call, const char *file, int line);

/* 0, or -1 with the first failure since the last time. */
int gpu_status(struct err *e);

static inline const char *gpu_why(cudaError_t code)
{
	return code == cudaSuccess ? nullptr : cudaGetErrorString(code);
}

#define GPU_DO(call) gpu_note(gpu_why(call), #call, __FILE__, __LINE__)

/* Copies, and returns when `to` has it: -1 when it failed. cudaMemcpy() and cudaMemset()
 * are used nowhere: they go to the default stream, for which non-blocking streams do not
 * wait, and may return before the device has what came from pageable memory. */
static inline int gpu_copy(
	void *to, const void *from, size_t size, cudaMemcpyKind kind, cudaStream_t stream)
{
	if (GPU_DO(cudaMemcpyAsync(to, from, size, kind, stream)) < 0)
		return -1;
	return GPU_DO(cudaStreamSynchronize(stream));
}

#endif
