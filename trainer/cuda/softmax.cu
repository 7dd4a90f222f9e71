/* SPDX-License-Identifier: MIT */
/* Cross-entropy of the logits, and its gradient. */
#include "cuda/gpu.h"
#include "cuda/kernels.h"
#include "net/net.h"

/* One image: losses (images, 2) = cross-entropy, and 1 when right */
struct softmax {
	int total;
	const float *logits;
	const uint8_t *labels;
	float *losses, *dlogits;

	__device__ void operator()(long i) const
	{
		const float *y = logits + i * NET_COLUMNS;
		float *d = dlogits + i * NET_COLUMNS, sum = 0;
		int best = 0, label = labels[i];

		for (int j = 1; j < NET_CLASSES; j++)
			if (y[j] > y[best])
				best = j;
		for (int j = 0; j < NET_CLASSES; j++)
			sum += expf(y[j] - y[best]);
		for (int j = 0; j < NET_COLUMNS; j++)
			d[j] = j < NET_CLASSES
				       ? (expf(y[j] - y[best]) / sum - (j == label)) /
						 (float)total
				       : 0;
		losses[2 * i] = logf(sum) - (y[label] - y[best]);
		losses[2 * i + 1] = best == label;
	}
};

/* loss[b] = Σ_i losses[i, b]; a block for each */
__global__ void sum_losses(int images, const float *losses, double *loss)
{
	__shared__ double sums[GPU_BLOCK];
	int t = (int)threadIdx.x;
	double sum = 0;

	for (int i = t; i < images; i += GPU_BLOCK)
		sum += losses[2 * i + (int)blockIdx.x];
	sums[t] = sum;
	for (int half = GPU_BLOCK / 2; half > 0; half /= 2) {
		__syncthreads();
		if (t < half)
			sums[t] += sums[t + half];
	}
	if (t == 0)
		loss[blockIdx.x] = sums[0];
}

void gpu_softmax(const gpu_work *w, int images, int total, const float *logits,
	const uint8_t *labels, float *losses, float *dlogits, double *loss)
{
	gpu_each(w->stream, images, softmax{total, logits, labels, losses, dlogits});
	GPU_LAUNCH(sum_losses, dim3(2), dim3(GPU_BLOCK), w->stream, images, losses, loss);
	GPU_DO(cudaGetLastError());
}
