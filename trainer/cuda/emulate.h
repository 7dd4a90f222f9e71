/* SPDX-License-Identifier: MIT */
/* Runs the kernels on the CPU, for tests: a CUDA thread is a fiber, a block is its fibers
 * taking turns between barriers, blocks run one after the other.
 *
 * Threads of a block run in an order that emulate_order turns around, so a missing
 * __syncthreads() shows as two orders with two results; a barrier that not all threads
 * reach ends the program. No shuffles, atomics or streams: the kernels use none. */
#ifndef TRAINER_EMULATE_H
#define TRAINER_EMULATE_H

#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __shared__      static /* blocks run one at a time */
#define __launch_bounds__(...)

struct dim3 {
	unsigned x, y, z;
	dim3(unsigned a = 1, unsigned b = 1, unsigned c = 1) : x(a), y(b), z(c)
	{
	}
};

struct emulate_place {
	dim3 thread, block, block_size, grid;
};
extern emulate_place *emulate_here;
extern int emulate_order; /* 0, or 1 for backwards */

#define threadIdx (emulate_here->thread)
#define blockIdx  (emulate_here->block)
#define blockDim  (emulate_here->block_size)
#define gridDim   (emulate_here->grid)

void __syncthreads();

/* Calls run(arg) for every thread of every block. */
void emulate_grid(dim3 grid, dim3 block, void (*run)(void *), void *arg);

template <class F> void emulate_launch(dim3 grid, dim3 block, F f)
{
	emulate_grid(
		grid, block, [](void *p) { (*static_cast<F *>(p))(); }, &f);
}

#define GPU_LAUNCH(kernel, grid, block, ...)                                             \
	emulate_launch(grid, block, [=] { kernel(__VA_ARGS__); })

/* The runtime's calls that the backend makes. Device memory is heap memory, so that
 * AddressSanitizer sees a kernel's stray access. */
typedef int cudaError_t;
enum { cudaSuccess = 0, cudaErrorMemoryAllocation = 2 };
enum cudaMemcpyKind { cudaMemcpyHostToDevice, cudaMemcpyDeviceToHost };

struct cudaDeviceProp {
	char name[256];
	int major, minor;
	size_t totalGlobalMem;
};

inline cudaError_t cudaGetDeviceCount(int *n)
{
	*n = 1;
	return cudaSuccess;
}

inline cudaError_t cudaGetDeviceProperties(cudaDeviceProp *p, int)
{
	*p = cudaDeviceProp{"emulated device", 0, 0, 0};
	return cudaSuccess;
}

inline cudaError_t cudaSetDevice(int)
{
	return cudaSuccess;
}

inline cudaError_t cudaMalloc(void **p, size_t size)
{
	*p = malloc(size ? size : 1);
	return *p ? cudaSuccess : cudaErrorMemoryAllocation;
}

inline cudaError_t cudaFree(void *p)
{
	free(p);
	return cudaSuccess;
}

inline cudaError_t cudaMemset(void *p, int value, size_t size)
{
	memset(p, value, size);
	return cudaSuccess;
}

inline cudaError_t cudaMemcpy(void *to, const void *from, size_t size, cudaMemcpyKind)
{
	memcpy(to, from, size);
	return cudaSuccess;
}

inline cudaError_t cudaGetLastError()
{
	return cudaSuccess;
}

inline const char *cudaGetErrorString(cudaError_t code)
{
	return code == cudaErrorMemoryAllocation ? "out of memory" : "no error";
}

#endif
