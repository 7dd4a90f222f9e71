/* SPDX-License-Identifier: MIT */
/* Batch normalisation; the formulas are those of cpu/batchnorm.c. */
#include "cuda/gpu.h"
#include "cuda/kernels.h"
#include "net/net.h"

enum { LANES = 32, LINES = 8 };

/* With what rounding took from it (Kahan 1965): a thread's hundreds of rows lose no more than a
 * few do, and doubles are slow on most GPUs. */
struct running_sum {
	float value, lost;

	__device__ void operator+=(float v)
	{
		float more = v - lost, now = value + more;

		lost = (now - value) - more;
		value = now;
	}
};

/* Two sums over rows of what f gives for (row, channel): partial (splits, 2, c). A block
 * is 32 channels × 8 lines of rows; grid (channel groups, splits). */
template <class F> __global__ void column_sums(long rows, int c, F f, float *partial)
{
	__shared__ double first[LINES][LANES], second[LINES][LANES];
	int lane = threadIdx.x, line = threadIdx.y, channel = blockIdx.x * LANES + lane;
	long from = rows * blockIdx.y / GPU_SPLITS,
	     to = rows * (blockIdx.y + 1) / GPU_SPLITS;
	running_sum a = {0, 0}, b = {0, 0};

	if (channel < c)
		for (long row = from + line; row < to; row += LINES)
			f(row, channel, &a, &b);
	first[line][lane] = (double)a.value - (double)a.lost;
	second[line][lane] = (double)b.value - (double)b.lost;
	__syncthreads();
	if (line == 0 && channel < c) {
		double one = 0, two = 0;

		for (int i = 0; i < LINES; i++) {
			one += first[i][lane];
			two += second[i][lane];
		}
		partial[(blockIdx.y * 2) * c + channel] = (float)one;
		partial[(blockIdx.y * 2 + 1) * c + channel] = (float)two;
	}
}

template <class F>
static void sum_columns(const gpu_work *w, const gpu_norm *n, long rows, F f)
{
	dim3 grid((unsigned)(n->c + LANES - 1) / LANES, GPU_SPLITS);

	GPU_LAUNCH(column_sums, grid, dim3(LANES, LINES), w->stream, rows, n->c, f,
		n->partial);
	GPU_DO(cudaGetLastError());
}

__device__ static inline double total(const gpu_norm &n, int channel, int which)
{
	double sum = 0;

	for (int i = 0; i < GPU_SPLITS; i++)
		sum += n.partial[(i * 2 + which) * n.c + channel];
	return sum;
}

/* Device `rank`'s row of n.parts: two sums a channel, and the number of rows. */
__device__ static inline double *part(const gpu_norm &n, int rank)
{
	return n.parts + (long)rank * (2 * n.c + 1);
}

struct values {
	const float *x;
	int c;

	__device__ void operator()(
		long row, int channel, running_sum *a, running_sum *) const
	{
		*a += x[row * c + channel];
	}
};

struct squares {
	const float *x, *mean;
	int c;

	__device__ void operator()(
		long row, int channel, running_sum *a, running_sum *) const
	{
		float d = x[row * c + channel] - mean[channel];

		*a += d * d;
	}
};

/* dy, and dy·x̂ */
struct gradients {
	const float *x, *dy, *mean, *rstd;
	int c;

	__device__ void operator()(
		long row, int channel, running_sum *a, running_sum *b) const
	{
		float g = dy[row * c + channel];

		*a += g;
		*b += g * ((x[row * c + channel] - mean[channel]) * rstd[channel]);
	}
};

/* The mean of this device's rows, around which squares are summed. */
struct local_mean {
	gpu_norm n;
	int rank;
	long rows;

	__device__ void operator()(long i) const
	{
		double sum = total(n, (int)i, 0);

		part(n, rank)[i] = sum;
		n.mean[i] = rows ? (float)(sum / (double)rows) : 0;
	}
};

struct local_squares {
	gpu_norm n;
	int rank;
	long rows;

	__device__ void operator()(long i) const
	{
		part(n, rank)[n.c + i] = total(n, (int)i, 0);
		if (i == 0)
			part(n, rank)[2 * n.c] = (double)rows;
	}
};

__device__ static inline void set_affine(
	const gpu_norm &n, long i, double mean, double var)
{
	double rstd = 1 / sqrt(var + NET_BN_EPS), scale = n.weight[i] * rstd;

	n.mean[i] = (float)mean;
	n.rstd[i] = (float)rstd;
	n.scale[i] = (float)scale;
	n.shift[i] = (float)(n.bias[i] - mean * scale);
}

/* Mean and variance of all devices' rows, in the order of the devices: each comes to the
 * same bits (Chan, Golub, LeVeque 1979). */
struct finish_forward {
	gpu_norm n;
	int ranks;

	__device__ void operator()(long i) const
	{
		double rows = 0, sum = 0, square = 0, mean, unbiased;

		for (int r = 0; r < ranks; r++) {
			rows += part(n, r)[2 * n.c];
			sum += part(n, r)[i];
		}
		mean = sum / rows;
		for (int r = 0; r < ranks; r++) {
			double count = part(n, r)[2 * n.c];
			double apart = count > 0 ? part(n, r)[i] / count - mean : 0;

			square += part(n, r)[n.c + i] + count * apart * apart;
		}
		unbiased = square / (rows > 1 ? rows - 1 : rows);
		set_affine(n, i, mean, square / rows);
		n.running_mean[i] +=
			(float)(NET_BN_MOMENTUM * (mean - n.running_mean[i]));
		n.running_var[i] +=
			(float)(NET_BN_MOMENTUM * (unbiased - n.running_var[i]));
	}
};

struct use_running {
	gpu_norm n;

	__device__ void operator()(long i) const
	{
		set_affine(n, i, n.running_mean[i], n.running_var[i]);
	}
};

struct local_gradients {
	gpu_norm n;
	int rank;
	long rows;

	__device__ void operator()(long i) const
	{
		double dy = total(n, (int)i, 0), dot = total(n, (int)i, 1);

		part(n, rank)[i] = dy;
		part(n, rank)[n.c + i] = dot;
		if (i == 0)
			part(n, rank)[2 * n.c] = (double)rows;
		n.bias_grad[i] = (float)dy;
		n.weight_grad[i] = (float)dot;
	}
};

struct finish_backward {
	gpu_norm n;
	int ranks;

	__device__ void operator()(long i) const
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
};

struct apply_backward {
	gpu_norm n;
	const float *x, *dy;
	float *dx;

	__device__ void operator()(long i) const
	{
		int j = (int)(i & (n.c - 1));

		dx[i] = n.scale[j] * dy[i] + n.slope[j] * x[i] + n.offset[j];
	}
};

void gpu_norm_forward(gpu_work *w, const gpu_norm *n, long rows, const float *x)
{
	int rank = w->group.rank, ranks = w->group.ranks;

	sum_columns(w, n, rows, values{x, n->c});
	gpu_each(w->stream, n->c, local_mean{*n, rank, rows});
	sum_columns(w, n, rows, squares{x, n->mean, n->c});
	gpu_each(w->stream, n->c, local_squares{*n, rank, rows});
	nccl_gather(&w->group, n->parts, 2 * n->c + 1);
	gpu_each(w->stream, n->c, finish_forward{*n, ranks});
}

void gpu_norm_eval(const gpu_work *w, const gpu_norm *n)
{
	gpu_each(w->stream, n->c, use_running{*n});
}

void gpu_norm_backward(
	gpu_work *w, const gpu_norm *n, long rows, const float *x, const float *dy)
{
	int rank = w->group.rank, ranks = w->group.ranks;

	sum_columns(w, n, rows, gradients{x, dy, n->mean, n->rstd, n->c});
	gpu_each(w->stream, n->c, local_gradients{*n, rank, rows});
	nccl_gather(&w->group, n->parts, 2 * n->c + 1);
	gpu_each(w->stream, n->c, finish_backward{*n, ranks});
}

void gpu_norm_apply_backward(const gpu_work *w, const gpu_norm *n, long rows,
	const float *x, const float *dy, float *dx)
{
	gpu_each(w->stream, rows * n->c, apply_backward{*n, x, dy, dx});
}
