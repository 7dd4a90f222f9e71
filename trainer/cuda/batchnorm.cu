/* SPDX-License-Identifier: MIT */
/* Batch normalisation; the formulas are those of cpu/batchnorm.c. Its gradients' sums are
 * made where the gradients are, in block.cu. */
#include "cuda/norm.h"
#include "cuda/bf16.h"

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
__device__ static inline void finish_forward(const gpu_norm &n, int ranks, int i)
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
	n.running_mean[i] += (float)(NET_BN_MOMENTUM * (mean - n.running_mean[i]));
	n.running_var[i] += (float)(NET_BN_MOMENTUM * (unbiased - n.running_var[i]));
}

/* A split's squares around its own mean, moved to the mean of all. */
struct split_square {
	norm_sums s;
	const volatile double *partial;
	const double *mean;
	int c;

	__device__ double operator()(int split, int channel) const
	{
		long rows = split_start(s, split + 1) - split_start(s, split);
		double sum = partial[split * SUM_KINDS * c + channel], apart;

		apart = rows > 0 ? sum / (double)rows - mean[channel] : 0;
		return partial[(split * SUM_KINDS + 1) * c + channel] +
		       (double)rows * apart * apart;
	}
};

/* Sum and squares of a split's rows of one channel, the squares around their mean as a float,
 * less what that is off. */
__device__ static inline void sum_split(const norm_sums &s, double *room, float *means,
	int split, const float *x, const gpu_norm &n)
{
	int t = (int)threadIdx.x, c = n.c, width = sum_width(c), lines = SUM_THREADS / width;
	int channel = (int)blockIdx.x * width + t % width;
	long from = split_start(s, split), to = split_start(s, split + 1);
	running_sum sum = {0, 0}, off = {0, 0}, square = {0, 0};
	double total, apart, squares;

	for (long row = from + t / width; row < to; row += lines)
		sum += x[row * c + channel];
	total = sum_lines(room, width, sum.exact());
	if (t < width)
		means[t] = to > from ? (float)(total / (double)(to - from)) : 0;
	__syncthreads();
	for (long row = from + t / width; row < to; row += lines) {
		float d = x[row * c + channel] - means[t % width];

		off += d;
		square += d * d;
	}
	apart = sum_lines(room, width, off.exact());
	squares = sum_lines(room, width, square.exact());
	if (t >= width)
		return;
	if (to > from)
		squares -= apart * apart / (double)(to - from);
	n.partial[split * SUM_KINDS * c + channel] = total;
	n.partial[(split * SUM_KINDS + 1) * c + channel] = squares;
}

/* Grid: channels, splits, norms. */
__global__ void __launch_bounds__(SUM_THREADS) norm_moments(norm_sums s)
{
	__shared__ double room[SUM_THREADS], mean[SUM_THREADS];
	__shared__ float means[SUM_LANES];
	const gpu_norm &n = s.norm[blockIdx.z];
	int t = (int)threadIdx.x, c = n.c;
	double sum, square;

	sum_split(s, room, means, (int)blockIdx.y, s.x[blockIdx.z], n);
	if (!is_last(n, s.splits))
		return;
	sum = sum_splits(room, c, s.splits, split_part{n.partial, c, 0});
	mean[t] = s.rows > 0 ? sum / (double)s.rows : 0;
	__syncthreads();
	square = sum_splits(room, c, s.splits, split_square{s, n.partial, mean, c});
	if (t < c) {
		part(n, s.rank)[t] = sum;
		part(n, s.rank)[c + t] = square;
	}
	if (t == 0)
		part(n, s.rank)[2 * c] = (double)s.rows;
	__syncthreads();
	if (s.ranks == 1 && t < c)
		finish_forward(n, 1, t);
}

/* What the last block does alone with one device, after a meeting of several. */
struct finish {
	norm_sums s;
	bool forward;

	__device__ void operator()(long i) const
	{
		int c = s.norm[0].c, channel = (int)i % c;
		const gpu_norm &n = s.norm[i / c];

		if (forward)
			finish_forward(n, s.ranks, channel);
		else
			finish_backward(n, s.ranks, channel);
	}
};

static void share_sums(gpu_work *w, const norm_sums *s, bool forward)
{
	for (int i = 0; i < s->count; i++)
		nccl_gather(&w->group, s->norm[i].parts, 2 * s->norm[i].c + 1);
	gpu_each(w->stream, (long)s->count * s->norm[0].c, finish{*s, forward});
}

void norm_share_gradients(gpu_work *w, const norm_sums *s)
{
	share_sums(w, s, false);
}

void gpu_norm_forward(gpu_work *w, const gpu_norm *a, const float *xa, const gpu_norm *b,
	const float *xb, long rows)
{
	norm_sums s = norm_sums_of(w, a, b, rows);

	s.x[0] = xa;
	s.x[1] = xb;
	GPU_LAUNCH(norm_moments, sum_grid(s, s.count), dim3(SUM_THREADS), w->stream, s);
	GPU_DO(cudaGetLastError());
	if (s.ranks > 1)
		share_sums(w, &s, true);
}

struct use_running {
	gpu_norm n;

	__device__ void operator()(long i) const
	{
		set_affine(n, i, n.running_mean[i], n.running_var[i]);
	}
};

void gpu_norm_eval(const gpu_work *w, const gpu_norm *n)
{
	gpu_each(w->stream, n->c, use_running{*n});
}

/* Products of the weights' gradients want it as bfloat16 as well. */
struct apply_backward {
	gpu_applied to[2];
	const float *dy;
	int count;

	__device__ void operator()(long i) const
	{
		for (int k = 0; k < count; k++) {
			const gpu_norm &n = to[k].norm;
			int j = (int)(i & (n.c - 1));
			float v = n.scale[j] * dy[i] + n.slope[j] * to[k].x[i] +
				  n.offset[j];

			to[k].dx.value[i] = v;
			if (to[k].dx.half)
				to[k].dx.half[i] = bf16_round(v);
		}
	}
};

void gpu_norm_apply_backward(const gpu_work *w, const gpu_applied *a,
	const gpu_applied *b, long rows, const float *dy)
{
	gpu_each(w->stream, rows * a->norm.c,
		apply_backward{{*a, b ? *b : *a}, dy, b ? 2 : 1});
}
