/* SPDX-License-Identifier: MIT */
/* What kernels are written against: nvcc, or the emulation for tests without a GPU.
 *
 * Activations are (images, pixels, channels) and weights as net.h lays them out. A kernel
 * is a function object applied to each element (gpu_each), to sums over columns
 * (column_sums), or a tiled product (conv.cu). */
#ifndef TRAINER_GPU_H
#define TRAINER_GPU_H

#ifdef CNNTRAIN_EMULATE
#include "cuda/emulate.h"
#else
#include <cuda_runtime.h>
#define GPU_LAUNCH(kernel, grid, block, ...) kernel<<<grid, block>>>(__VA_ARGS__)
#endif

enum { GPU_BLOCK = 256 };

/* f(i) for 0 ≤ i < count */
template <class F> __global__ void gpu_each_kernel(long count, F f)
{
	long i = (long)blockIdx.x * GPU_BLOCK + threadIdx.x;

	if (i < count)
		f(i);
}

template <class F> void gpu_each(long count, F f)
{
	GPU_LAUNCH(gpu_each_kernel, dim3((unsigned)((count + GPU_BLOCK - 1) / GPU_BLOCK)),
		dim3(GPU_BLOCK), count, f);
}

#endif
