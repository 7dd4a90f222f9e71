/* SPDX-License-Identifier: MIT */
#include "cpu/norm.h"
#include "base/mem.h"
#include "net/net.h"

#include <math.h>
#include <stdlib.h>

void norm_alloc(struct norm *n, int c, int chunks)
{
	float *p = mem_floats(6L * c);

	n->c = c;
	n->affine = (struct affine){p, p + c, p + 2 * c, p + 3 * c, p + 4 * c, p + 5 * c};
	n->sum = mem_floats((long)chunks * c);
	n->square = mem_floats((long)chunks * c);
}

void norm_release(struct norm *n)
{
	free(n->affine.scale);
	free(n->sum);
	free(n->square);
}

static void apply(struct norm *n, int i, double mean, double var)
{
	double rstd = 1 / sqrt(var + NET_BN_EPS), scale = n->weight[i] * rstd;

	n->affine.mean[i] = (float)mean;
	n->affine.rstd[i] = (float)rstd;
	n->affine.scale[i] = (float)scale;
	n->affine.shift[i] = (float)(n->bias[i] - mean * scale);
}

static float follow(float running, double seen)
{
	return (float)(running + NET_BN_MOMENTUM * (seen - running));
}

/* Merges the chunks' means and squares (Chan, Golub, LeVeque 1979). */
void norm_forward(struct norm *n, const struct norm_rows *r)
{
	for (int i = 0; i < n->c; i++) {
		double mean = 0, square = 0, count = 0, rows = (double)r->total, var;

		for (int k = 0; k < r->chunks; k++) {
			long left = r->total - k * r->per_chunk;
			double here = (double)(left < r->per_chunk ? left : r->per_chunk);
			double delta = n->sum[k * n->c + i] / here - mean;

			square += n->square[k * n->c + i];
			square += delta * delta * count * here / (count + here);
			mean += delta * here / (count + here);
			count += here;
		}
		var = square / rows;
		apply(n, i, mean, var);
		n->running_mean[i] = follow(n->running_mean[i], mean);
		n->running_var[i] =
			follow(n->running_var[i], rows > 1 ? square / (rows - 1) : var);
	}
}

void norm_eval(struct norm *n)
{
	for (int i = 0; i < n->c; i++)
		apply(n, i, n->running_mean[i], n->running_var[i]);
}

/* sum (chunks, c): Σ dy, shared by the two norms that end a block; n->square: Σ dy·x̂ */
void norm_backward(struct norm *n, const struct norm_rows *r, const float *sum)
{
	for (int i = 0; i < n->c; i++) {
		double dy = 0, dot = 0, rows = (double)r->total,
		       scale = n->affine.scale[i];
		double slope;

		for (int k = 0; k < r->chunks; k++) {
			dy += sum[k * n->c + i];
			dot += n->square[k * n->c + i];
		}
		n->bias_grad[i] = (float)dy;
		n->weight_grad[i] = (float)dot;
		slope = -scale * n->affine.rstd[i] * dot / rows;
		n->affine.slope[i] = (float)slope;
		n->affine.offset[i] =
			(float)(-scale * dy / rows - slope * n->affine.mean[i]);
	}
}
