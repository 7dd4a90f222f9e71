/* SPDX-License-Identifier: MIT */
/* Sums over rows for batch norms, shared by batchnorm.cu and block.cu only.
 *
 * A block sums a part of the rows for some channels; the block that is done last adds the
 * parts up, in their order, so that a sum has the same bits every time, and there the
 * norm is finished as well, where there is one device. How many parts follows from the
 * rows alone, so that all GPUs come to the same bits; they are enough for each SM to have
 * two. */
#ifndef TRAINER_CUDA_NORM_H
#define TRAINER_CUDA_NORM_H

#include "cuda/gpu.h"
#include "cuda/kernels.h"
#include "net/net.h"

enum { SUM_THREADS = 256, SUM_LANES = 32, SUM_ROWS = 64, SUM_KINDS = 3 };

/* With what rounding took from it (Kahan 1965): a thread's hundreds of rows lose no more
 * than a few do, and doubles are slow on most GPUs. */
struct running_sum {
	float value, lost;

	__device__ void operator+=(float v)
	{
		float more = v - lost, now = value + more;

		lost = (now - value) - more;
		value = now;
	}

	__device__ double exact() const
	{
		return (double)value - (double)lost;
	}
};

/* The norms that one launch sums for: one, or two of the same shape. */
struct norm_sums {
	gpu_norm norm[2];
	const float *x[2];
	int count, splits, rank, ranks;
	long rows;
};

static inline norm_sums norm_sums_of(
	const gpu_work *w, const gpu_norm *a, const gpu_norm *b, long rows)
{
	norm_sums s = {};

	s.norm[0] = *a;
	s.norm[1] = b ? *b : *a;
	s.count = b ? 2 : 1;
	s.rank = w->group.rank;
	s.ranks = w->group.ranks;
	s.rows = rows;
	s.splits =
		rows / SUM_ROWS < GPU_SPLITS ? (int)(rows / SUM_ROWS) : (int)GPU_SPLITS;
	s.splits = s.splits > 0 ? s.splits : 1;
	return s;
}

/* Channels side by side in a block; c is a multiple of that. */
__host__ __device__ static inline int sum_width(int c)
{
	return c < SUM_LANES ? c : SUM_LANES;
}

__device__ static inline long split_start(const norm_sums &s, int split)
{
	return s.rows * split / s.splits;
}

/* Device `rank`'s row of n.parts: two sums a channel, and the number of rows. */
__device__ static inline double *part(const gpu_norm &n, int rank)
{
	return n.parts + (long)rank * (2 * n.c + 1);
}

/* The lines of a block for one channel; of line 0 only. */
__device__ static inline double sum_lines(double *room, int width, double mine)
{
	int t = (int)threadIdx.x;
	double sum = 0;

	__syncthreads();
	room[t] = mine;
	__syncthreads();
	for (int i = t; t < width && i < SUM_THREADS; i += width)
		sum += room[i];
	return sum;
}

/* Whether all other blocks of this norm are done and what they wrote can be read. */
__device__ static inline bool is_last(const gpu_norm &n, int splits)
{
	__shared__ bool last;
	unsigned blocks = (unsigned)(n.c / sum_width(n.c) * splits);

	__threadfence();
	__syncthreads();
	if (threadIdx.x == 0) {
		last = atomicAdd(n.arrived, 1u) == blocks - 1;
		if (last)
			*n.arrived = 0; /* for the next launch */
	}
	__syncthreads();
	__threadfence();
	return last;
}

/* Σ of value(split, channel) over the splits: thread i < c has channel i's. */
template <class V>
__device__ static inline double sum_splits(double *room, int c, int splits, V value)
{
	int t = (int)threadIdx.x;
	double sum = 0;

	for (int i = t / c; i < splits; i += SUM_THREADS / c)
		sum += value(i, t % c);
	return sum_lines(room, c, sum);
}

struct split_part {
	const volatile double *partial;
	int c, kind;

	__device__ double operator()(int split, int channel) const
	{
		return partial[(split * SUM_KINDS + kind) * c + channel];
	}
};

__device__ static inline void finish_backward(const gpu_norm &n, int ranks, int i)
{
	double rows = 0, dy = 0, dot = 0, scale = n.scale[i], slope;

	for (int r = 0; r < ranks; r++) {
		rows += part(n, r)[2 * n.c];
		dy += part(n, r)[i];
		dot += part(n, r)[n.c + i];
	}
	slope = -scale * n.rstd[i] * dot / rows;
	n.slope[i] = (float)slope;
	n.offset[i] = (float)(-scale * dy / rows - slope * n.mean[i]);
}

/* Of f(row, channel), the gradient at the norms' outputs: Σ dy, and Σ dy·x̂ of each. */
template <class F>
__global__ void __launch_bounds__(SUM_THREADS) norm_gradients(norm_sums s, F f)
{
	__shared__ double room[SUM_THREADS];
	const gpu_norm &a = s.norm[0], &b = s.norm[1];
	int t = (int)threadIdx.x, c = a.c, width = sum_width(c), split = (int)blockIdx.y;
	int channel = (int)blockIdx.x * width + t % width;
	long to = split_start(s, split + 1);
	running_sum sums[SUM_KINDS] = {{0, 0}, {0, 0}, {0, 0}};
	double total[SUM_KINDS];

	for (long row = split_start(s, split) + t / width; row < to;
		row += SUM_THREADS / width) {
		long i = row * c + channel;
		float g = f(row, channel);

		sums[0] += g;
		sums[1] += g * ((s.x[0][i] - a.mean[channel]) * a.rstd[channel]);
		if (s.count > 1)
			sums[2] += g * ((s.x[1][i] - b.mean[channel]) * b.rstd[channel]);
	}
	for (int k = 0; k <= s.count; k++) {
		total[k] = sum_lines(room, width, sums[k].exact());
		if (t < width)
			a.partial[(split * SUM_KINDS + k) * c + channel] = total[k];
	}
	if (!is_last(a, s.splits))
		return;
	for (int k = 0; k <= s.count; k++)
		total[k] = sum_splits(room, c, s.splits, split_part{a.partial, c, k});
	for (int k = 0; k < s.count && t < c; k++) {
		const gpu_norm &n = s.norm[k];

		part(n, s.rank)[t] = total[0];
		part(n, s.rank)[c + t] = total[k + 1];
		n.bias_grad[t] = (float)total[0];
		n.weight_grad[t] = (float)total[k + 1];
		if (t == 0)
			part(n, s.rank)[2 * c] = (double)s.rows;
	}
	__syncthreads();
	for (int k = 0; k < s.count && s.ranks == 1 && t < c; k++)
		finish_backward(s.norm[k], 1, t);
}

static inline dim3 sum_grid(const norm_sums &s, int norms)
{
	int c = s.norm[0].c;

	return dim3((unsigned)(c / sum_width(c)), (unsigned)s.splits, (unsigned)norms);
}

/* batchnorm.cu: the other devices' sums as well */
void norm_share_gradients(gpu_work *w, const norm_sums *s);

template <class F> static void sum_gradients(gpu_work *w, const norm_sums &s, F f)
{
	GPU_LAUNCH(norm_gradients, sum_grid(s, 1), dim3(SUM_THREADS), w->stream, s, f);
	GPU_DO(cudaGetLastError());
	if (s.ranks > 1)
		norm_share_gradients(w, &s);
}

#endif
