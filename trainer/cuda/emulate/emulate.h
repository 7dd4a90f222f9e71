/* SPDX-License-Identifier: MIT */
/* Runs the kernels on the CPU, for tests: a CUDA thread is a fiber, a block is its fibers
 * taking turns between barriers, blocks run one after the other.
 *
 * Threads of a block, and blocks of a grid, run in an order that emulate_order chooses,
 * so a missing __syncthreads() or two blocks that write one place show as two orders with
 * two results; a barrier that not all threads reach ends the program. No shuffles: the
 * kernels use none. */
#ifndef TRAINER_EMULATE_H
#define TRAINER_EMULATE_H

#include "cuda/emulate/runtime.h"

#include <cmath>
#include <cstring>

#define __global__
#define __device__
#define __host__
#define __shared__ static /* blocks run one at a time */
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

#define threadIdx (emulate_here->thread)
#define blockIdx  (emulate_here->block)

/* One thread runs at a time, and its block to the end. */
static inline unsigned atomicAdd(unsigned *to, unsigned v)
{
	unsigned before = *to;

	*to += v;
	return before;
}
static inline void __threadfence()
{
}

void __syncthreads();

/* Calls run(arg) for every thread of every block; flat: as plain calls, for a kernel
 * without barriers, which fibers would only make slow. */
void emulate_grid(dim3 grid, dim3 block, bool flat, void (*run)(void *), void *arg);

template <class F>
void emulate_launch(dim3 grid, dim3 block, bool flat, cudaStream_t stream, F f)
{
	if (!emulate_can_launch(grid.x * grid.y * grid.z, stream))
		return;
	emulate_push(stream, [=]() mutable {
		emulate_grid(
			grid, block, flat, [](void *p) { (*static_cast<F *>(p))(); }, &f);
	});
}

#define GPU_LAUNCH_KIND(kernel, grid, block, flat, stream, ...)                          \
	emulate_launch(grid, block, flat, stream, [=] { kernel(__VA_ARGS__); })
#define GPU_LAUNCH(kernel, grid, block, stream, ...)                                     \
	GPU_LAUNCH_KIND(kernel, grid, block, false, stream, __VA_ARGS__)
#define GPU_LAUNCH_FLAT(kernel, grid, block, stream, ...)                                \
	GPU_LAUNCH_KIND(kernel, grid, block, true, stream, __VA_ARGS__)

#endif
