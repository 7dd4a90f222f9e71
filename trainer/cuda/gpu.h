/* SPDX-License-Identifier: MIT */
/* What kernels are written against: nvcc, or the emulation for tests without a GPU.
 *
 * Activations are (images, pixels, channels) and weights as net.h lays them out. A kernel
 * is a function object applied to each element (gpu_each), to sums over columns
 * (column_sums), or a tiled product (conv_direct.cu). */
#ifndef TRAINER_GPU_H
#define TRAINER_GPU_H

#ifdef CNNTRAIN_EMULATE
#include "cuda/emulate/emulate.h"
#else
#include <cuda_runtime.h>
#define GPU_LAUNCH(kernel, grid, block, stream, ...)                                     \
	kernel<<<grid, block, 0, stream>>>(__VA_ARGS__)
#define GPU_LAUNCH_FLAT GPU_LAUNCH /* no barriers in it */
#endif

#include "cuda/check.h"

enum { GPU_BLOCK = 256 };

/* f(i) for 0 ≤ i < count */
template <class F> __global__ void gpu_each_kernel(long count, F f)
{
	long i = (long)blockIdx.x * GPU_BLOCK + threadIdx.x;

	if (i < count)
		f(i);
}

template <class F> void gpu_each(cudaStream_t stream, long count, F f)
{
	dim3 grid((unsigned)((count + GPU_BLOCK - 1) / GPU_BLOCK));

	if (count == 0)
		return; /* a grid of no blocks is an error */
	GPU_LAUNCH_FLAT(gpu_each_kernel, grid, dim3(GPU_BLOCK), stream, count, f);
	GPU_DO(cudaGetLastError());
}

#endif
