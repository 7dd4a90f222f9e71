/* SPDX-License-Identifier: MIT */
#include "cuda/blas.h"
#include "cuda/kernels.h"
#include "cuda/library.h"

#include <mutex>

enum { OP_N = 0, OP_T = 1, DEFAULT_ALGORITHM = -1 };
enum { REAL_32F = 0, REAL_16BF = 14, SUM_32F = 68, SUM_TF32 = 77 };

#if !defined(CNNTRAIN_EMULATE) && __has_include(<cublas_v2.h>)
#include <cublas_v2.h>
static_assert(OP_N == (int)CUBLAS_OP_N && OP_T == (int)CUBLAS_OP_T, "cublas_api.h");
static_assert(DEFAULT_ALGORITHM == (int)CUBLAS_GEMM_DEFAULT, "cublas_api.h");
static_assert(SUM_32F == (int)CUBLAS_COMPUTE_32F, "cublas_api.h");
static_assert(SUM_TF32 == (int)CUBLAS_COMPUTE_32F_FAST_TF32, "cublas_api.h");
static_assert(
	REAL_32F == (int)CUDA_R_32F && REAL_16BF == (int)CUDA_R_16BF, "library_types.h");
#endif

static struct {
	int (*create)(void **handle);
	int (*destroy)(void *handle);
	int (*set_stream)(void *handle, cudaStream_t stream);
	int (*set_workspace)(void *handle, void *memory, size_t size);
	int (*gemm)(void *handle, int ta, int tb, int m, int n, int k, const void *alpha,
		const void *a, int a_type, int a_step, const void *b, int b_type,
		int b_step, const void *beta, void *c, int c_type, int c_step, int sums,
		int algorithm);
	const char *(*why)(int status);
} blas;

#define BLAS_DO(status) gpu_note(blas_why(status), "cuBLAS", __FILE__, __LINE__)

static const char *blas_why(int status)
{
	return status == 0 ? nullptr : blas.why(status);
}

static bool load()
{
	static const char *const names[] = {
		"libcublas.so.13", "libcublas.so.12", "libcublas.so", nullptr};
	static const library_symbol symbols[] = {{"cublasCreate_v2", &blas.create},
		{"cublasDestroy_v2", &blas.destroy},
		{"cublasSetStream_v2", &blas.set_stream},
		{"cublasSetWorkspace_v2", &blas.set_workspace},
		{"cublasGemmEx", &blas.gemm}, {"cublasGetStatusString", &blas.why},
		{nullptr, nullptr}};
	static std::mutex once;
	std::lock_guard<std::mutex> lock(once);

	return library_load(names, symbols);
}

bool blas_open(gpu_work *w)
{
	if (!load())
		return false;
	/* what cuBLAS would take for itself on the newest architectures */
	w->blas_room = 32 << 20;
	GPU_DO(cudaMalloc(&w->blas_memory, w->blas_room));
	BLAS_DO(blas.create(&w->blas));
	if (w->blas) {
		BLAS_DO(blas.set_stream(w->blas, w->stream));
		BLAS_DO(blas.set_workspace(w->blas, w->blas_memory, w->blas_room));
	}
	return true;
}

void blas_close(gpu_work *w)
{
	if (w->blas)
		BLAS_DO(blas.destroy(w->blas));
	GPU_DO(cudaFree(w->blas_memory));
	w->blas = w->blas_memory = nullptr;
}

/* cuBLAS is column-major: it is asked for Cᵀ = Bᵀ·Aᵀ. */
void blas_gemm(
	const gpu_work *w, const gemm_shape *s, const void *a, const void *b, float *c)
{
	const float one = 1, beta = s->add ? 1 : 0;
	int type = s->half ? REAL_16BF : REAL_32F;
	int a_step = s->a_step ? s->a_step : s->a_transposed ? s->m : s->k;

	BLAS_DO(blas.gemm(w->blas, s->b_transposed ? OP_T : OP_N,
		s->a_transposed ? OP_T : OP_N, s->n, s->m, s->k, &one, b, type,
		s->b_transposed ? s->k : s->n, a, type, a_step,
		&beta, c, REAL_32F, s->n, s->tf32 ? SUM_TF32 : SUM_32F,
		DEFAULT_ALGORITHM));
}
