/* SPDX-License-Identifier: MIT */
/* The last layer, 512 → 10 in 16 columns, and the loss. */
#include "cuda/gpu.h"
#include "cuda/kernels.h"
#include "net/net.h"

enum { COLUMNS = 16 };

struct linear_forward {
	const float *x, *w, *bias;
	float *logits;

	__device__ void operator()(long i) const
	{
		long image = i / COLUMNS, column = i % COLUMNS;
		float sum = bias[column];

		for (int k = 0; k < NET_FEATURES; k++)
			sum += x[image * NET_FEATURES + k] * w[k * COLUMNS + column];
		logits[i] = sum;
	}
};

/* One image: losses (images, 2) = cross-entropy, and 1 when right */
struct softmax {
	int images;
	const float *logits;
	const uint8_t *labels;
	float *losses, *dlogits;

	__device__ void operator()(long i) const
	{
		const float *y = logits + i * COLUMNS;
		float *d = dlogits + i * COLUMNS, sum = 0;
		int best = 0, label = labels[i];

		for (int j = 1; j < NET_CLASSES; j++)
			if (y[j] > y[best])
				best = j;
		for (int j = 0; j < NET_CLASSES; j++)
			sum += expf(y[j] - y[best]);
		for (int j = 0; j < COLUMNS; j++)
			d[j] = j < NET_CLASSES
				       ? (expf(y[j] - y[best]) / sum - (j == label)) /
						 (float)images
				       : 0;
		losses[2 * i] = logf(sum) - (y[label] - y[best]);
		losses[2 * i + 1] = best == label;
	}
};

struct sum_losses {
	int images;
	const float *losses;
	float *loss;

	__device__ void operator()(long i) const
	{
		double sum = 0;

		for (int j = 0; j < images; j++)
			sum += losses[2 * j + i];
		loss[i] = (float)sum;
	}
};

struct linear_weights {
	int images;
	const float *x, *dlogits;
	float *dw, *dbias;

	__device__ void operator()(long i) const
	{
		long k = i / COLUMNS, column = i % COLUMNS;
		float sum = 0;

		if (k == NET_FEATURES) {
			for (int j = 0; j < images; j++)
				sum += dlogits[j * COLUMNS + column];
			dbias[column] = sum;
			return;
		}
		for (int j = 0; j < images; j++)
			sum += x[(long)j * NET_FEATURES + k] *
			       dlogits[j * COLUMNS + column];
		dw[i] = sum;
	}
};

struct linear_backward {
	const float *dlogits, *w;
	float *dx;

	__device__ void operator()(long i) const
	{
		long image = i / NET_FEATURES, k = i % NET_FEATURES;
		float sum = 0;

		for (int j = 0; j < NET_CLASSES; j++)
			sum += dlogits[image * COLUMNS + j] * w[k * COLUMNS + j];
		dx[i] = sum;
	}
};

void gpu_linear_forward(
	int images, const float *x, const float *w, const float *bias, float *logits)
{
	gpu_each((long)images * COLUMNS, linear_forward{x, w, bias, logits});
}

void gpu_softmax(int images, const float *logits, const uint8_t *labels, float *losses,
	float *dlogits, float *loss)
{
	gpu_each(images, softmax{images, logits, labels, losses, dlogits});
	gpu_each(2, sum_losses{images, losses, loss});
}

void gpu_linear_backward(int images, const float *x, const float *dlogits, const float *w,
	float *dw, float *dbias, float *dx)
{
	gpu_each((NET_FEATURES + 1L) * COLUMNS,
		linear_weights{images, x, dlogits, dw, dbias});
	gpu_each((long)images * NET_FEATURES, linear_backward{dlogits, w, dx});
}
