/* SPDX-License-Identifier: MIT */
/* Convolutions by our own kernels, where cuBLAS is not there: tiled products whose rows
 * are pixels of all images, columns channels, and the inner dimension runs over taps and
 * channels. Operands are gathered while a tile is
 * loaded, so circular padding costs an index and no memory. */
#include "cuda/gpu.h"
#include "cuda/conv.h"

enum { ROWS = 64, COLS = 32, DEPTH = 16, SPLITS = 16 };

/* out (rows, n) = Σ_taps in(shifted rows, depth) · w[tap]; BACK: from outputs to inputs
 */
template <bool BACK>
__global__ void __launch_bounds__(256)
	product(gpu_conv c, const float *in, const float *w, float *out, bool add)
{
	__shared__ float a[DEPTH][ROWS + 1];
	__shared__ float b[DEPTH][COLS + 1];
	long rows = (long)c.images * c.side * c.side, first = (long)blockIdx.x * ROWS;
	int depth = BACK ? c.co : c.ci, n = BACK ? c.ci : c.co, left = blockIdx.y * COLS;
	int t = threadIdx.x, my_row = t / 16 * 4, my_col = t % 16 * 2;
	float acc[4][2] = {};

	for (int tap = 0; tap < c.k * c.k; tap++) {
		for (int from = 0; from < depth; from += DEPTH) {
			for (int i = t; i < DEPTH * ROWS; i += 256) {
				int d = i % DEPTH, r = i / DEPTH;
				bool inside = first + r < rows && from + d < depth;

				a[d][r] = inside ? in[shifted(c, first + r, tap,
							      BACK ? -1 : 1) *
								   depth +
							   from + d]
						 : 0;
			}
			for (int i = t; i < DEPTH * COLS; i += 256) {
				int j = i % COLS, d = i / COLS, in_ch = from + d,
				    out_ch = left + j;
				bool inside = in_ch < depth && out_ch < n;

				b[d][j] = !inside ? 0
					  : BACK  ? w[weight_at(c, tap, in_ch, out_ch)]
						  : w[weight_at(c, tap, out_ch, in_ch)];
			}
			__syncthreads();
			for (int d = 0; d < DEPTH; d++)
				for (int i = 0; i < 4; i++)
					for (int j = 0; j < 2; j++)
						acc[i][j] += a[d][my_row + i] *
							     b[d][my_col + j];
			__syncthreads();
		}
	}
	for (int i = 0; i < 4; i++) {
		for (int j = 0; j < 2; j++) {
			long row = first + my_row + i;
			int col = left + my_col + j;

			if (row < rows && col < n)
				out[row * n + col] =
					acc[i][j] + (add ? out[row * n + col] : 0);
		}
	}
}

static dim3 product_grid(const gpu_conv *c, int n)
{
	long rows = (long)c->images * c->side * c->side;

	return dim3(
		(unsigned)((rows + ROWS - 1) / ROWS), (unsigned)((n + COLS - 1) / COLS));
}

void conv_direct_forward(const gpu_work *w, const gpu_conv *c, const float *x,
	const float *weight, float *y)
{
	GPU_LAUNCH(product<false>, product_grid(c, c->co), dim3(256), w->stream, *c, x,
		weight, y, false);
	GPU_DO(cudaGetLastError());
}

void conv_direct_backward(const gpu_work *w, const gpu_conv *c, const float *dy,
	const float *weight, float *dx, bool add)
{
	GPU_LAUNCH(product<true>, product_grid(c, c->ci), dim3(256), w->stream, *c, dy,
		weight, dx, add);
	GPU_DO(cudaGetLastError());
}

/* partial[split] (k², co / panel, ci, panel) = Σ_rows x(shifted) ⊗ dy, a part of the rows
 * each: sums of a fixed order, where atomics would have none. Block: (ci tile, co tile,
 * tap·split). */
__global__ void __launch_bounds__(256)
	outer(gpu_conv c, const float *x, const float *dy, float *partial)
{
	__shared__ float a[DEPTH][COLS + 1];
	__shared__ float b[DEPTH][COLS + 1];
	long rows = (long)c.images * c.side * c.side;
	int tap = blockIdx.z / SPLITS, split = blockIdx.z % SPLITS;
	long from = rows * split / SPLITS, to = rows * (split + 1) / SPLITS;
	int top = blockIdx.x * COLS, left = blockIdx.y * COLS;
	int t = threadIdx.x, my_ci = t / 16 * 2, my_co = t % 16 * 2;
	float acc[2][2] = {};

	for (long row = from; row < to; row += DEPTH) {
		for (int i = t; i < DEPTH * COLS; i += 256) {
			int j = i % COLS, d = i / COLS;
			bool inside = row + d < to;

			a[d][j] =
				inside && top + j < c.ci
					? x[shifted(c, row + d, tap, 1) * c.ci + top + j]
					: 0;
			b[d][j] = inside && left + j < c.co
					  ? dy[(row + d) * c.co + left + j]
					  : 0;
		}
		__syncthreads();
		for (int d = 0; d < DEPTH; d++)
			for (int i = 0; i < 2; i++)
				for (int j = 0; j < 2; j++)
					acc[i][j] += a[d][my_ci + i] * b[d][my_co + j];
		__syncthreads();
	}
	partial += (long)split * c.k * c.k * c.ci * c.co;
	for (int i = 0; i < 2; i++)
		for (int j = 0; j < 2; j++)
			if (top + my_ci + i < c.ci && left + my_co + j < c.co)
				partial[weight_at(c, tap, left + my_co + j,
					top + my_ci + i)] = acc[i][j];
}

struct add_splits {
	long count;
	const float *partial;
	float *dw;

	__device__ void operator()(long i) const
	{
		float sum = 0;

		for (int s = 0; s < SPLITS; s++)
			sum += partial[s * count + i];
		dw[i] = sum;
	}
};

long conv_direct_partial(const gpu_conv *c)
{
	return (long)SPLITS * c->k * c->k * c->ci * c->co;
}

void conv_direct_weights(
	const gpu_work *w, const gpu_conv *c, const float *x, const float *dy, float *dw)
{
	long count = (long)c->k * c->k * c->ci * c->co;
	dim3 grid((unsigned)(c->ci + COLS - 1) / COLS,
		(unsigned)(c->co + COLS - 1) / COLS, (unsigned)(c->k * c->k * SPLITS));

	GPU_LAUNCH(outer, grid, dim3(256), w->stream, *c, x, dy, w->partial);
	GPU_DO(cudaGetLastError());
	gpu_each(w->stream, count, add_splits{count, w->partial, dw});
}
