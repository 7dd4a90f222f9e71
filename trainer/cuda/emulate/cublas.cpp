/* SPDX-License-Identifier: MIT */
/* Stand-ins for the entry points of cuBLAS that the backend loads, found by dlsym() in a
 * test program that exports its symbols. They round operands as the asked precision does
 * and add up in double, so they are right to the last bit of float but have another order
 * of sums than the real ones; nothing of cuBLAS's own choices (algorithms, workspaces) is
 * tested. */
#include "cuda/bf16.h"
#include "cuda/emulate/runtime.h"

#include <cstring>
#include <vector>

/* Values of cuBLAS. */
enum { REAL_32F = 0, REAL_16BF = 14, SUM_32F = 68, SUM_TF32 = 77 };

struct handle {
	cudaStream_t stream;
	bool workspace;
};

/* A float's value with the 10 bits of fraction that TF32 keeps. */
static float tf32(float v)
{
	uint32_t bits;

	memcpy(&bits, &v, sizeof(bits));
	bits = (bits + 0xfff + (bits >> 13 & 1)) & ~UINT32_C(0x1fff);
	memcpy(&v, &bits, sizeof(v));
	return v;
}

/* An operand as cuBLAS is given it: column-major. */
struct operand {
	const void *at;
	int type, step, transposed;
	bool rounded;

	float value(long row, long column) const
	{
		long i = transposed ? row * step + column : column * step + row;

		if (type == REAL_16BF)
			return bf16_value(static_cast<const uint16_t *>(at)[i]);
		return rounded ? tf32(static_cast<const float *>(at)[i])
			       : static_cast<const float *>(at)[i];
	}

	/* All of it, in columns. */
	std::vector<float> values(int rows, int columns) const
	{
		std::vector<float> v;

		v.reserve((size_t)rows * (size_t)columns);
		for (long j = 0; j < columns; j++)
			for (long i = 0; i < rows; i++)
				v.push_back(value(i, j));
		return v;
	}
};

static void multiply(int m, int n, int k, float alpha, const operand &a, const operand &b,
	float beta, float *c, int c_step)
{
	std::vector<float> left = a.values(m, k), right = b.values(k, n);
	std::vector<double> sums((size_t)m);

	for (long j = 0; j < n; j++) {
		sums.assign((size_t)m, 0);
		for (long l = 0; l < k; l++) {
			double by = (double)right[(size_t)(j * k + l)];
			const float *column = &left[(size_t)(l * m)];

			for (long i = 0; i < m; i++)
				sums[(size_t)i] += (double)column[i] * by;
		}
		for (long i = 0; i < m; i++)
			c[j * c_step + i] = (float)(alpha * sums[(size_t)i]) +
					    (beta != 0 ? beta * c[j * c_step + i] : 0);
	}
}

extern "C" {

int cublasCreate_v2(void **h)
{
	*h = new handle();
	return 0;
}

int cublasDestroy_v2(void *h)
{
	delete static_cast<handle *>(h);
	return 0;
}

int cublasSetStream_v2(void *h, cudaStream_t s)
{
	static_cast<handle *>(h)->stream = s;
	return 0;
}

int cublasSetWorkspace_v2(void *h, void *, size_t size)
{
	static_cast<handle *>(h)->workspace = size > 0;
	return 0;
}

int cublasGemmEx(void *h, int ta, int tb, int m, int n, int k, const void *alpha,
	const void *a, int a_type, int a_step, const void *b, int b_type, int b_step,
	const void *beta, void *c, int c_type, int c_step, int compute, int)
{
	const handle *self = static_cast<handle *>(h);
	bool rounded = compute == SUM_TF32;
	operand left = {a, a_type, a_step, ta, rounded},
		right = {b, b_type, b_step, tb, rounded};
	float by = *static_cast<const float *>(alpha),
	      keep = *static_cast<const float *>(beta);

	if ((a_type == REAL_16BF && compute != SUM_32F) || a_type != b_type)
		return 7;
	/* a graph must not hold memory that cuBLAS takes for itself */
	if (!self->workspace || c_type != REAL_32F || m < 1 || n < 1 || k < 1)
		return 7;
	if (a_step < (ta ? k : m) || b_step < (tb ? n : k) || c_step < m)
		return 7;
	__atomic_add_fetch(&emulate_launches, 1, __ATOMIC_RELAXED);
	emulate_push(self->stream, [=] {
		multiply(m, n, k, by, left, right, keep, static_cast<float *>(c), c_step);
	});
	return 0;
}

const char *cublasGetStatusString(int status)
{
	return status == 7 ? "the function was called with an invalid value" : "?";
}
}
