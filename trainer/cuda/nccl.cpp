/* SPDX-License-Identifier: MIT */
#include "cuda/nccl.h"
#include "cuda/library.h"

#include <cstddef>
#include <mutex>
#include <thread>

enum { IN_PROGRESS = 7 };

#if !defined(CNNTRAIN_EMULATE) && __has_include(<nccl.h>)
#include <nccl.h>
static_assert(NCCL_FLOAT == (int)ncclFloat && NCCL_DOUBLE == (int)ncclDouble, "nccl.h");
static_assert(NCCL_SUM == (int)ncclSum, "nccl.h");
static_assert(IN_PROGRESS == (int)ncclInProgress, "nccl.h");
static_assert(sizeof(nccl_id) == sizeof(ncclUniqueId), "nccl.h");
#endif

static struct {
	int (*make_id)(nccl_id *id);
	int (*init)(void **communicator, int ranks, nccl_id id, int rank);
	int (*destroy)(void *communicator);
	int (*abort)(void *communicator);
	int (*error)(void *communicator, int *status);
	int (*gather)(const void *from, void *to, size_t count, int type,
		void *communicator, cudaStream_t stream);
	int (*reduce)(const void *from, void *to, size_t count, int type, int op,
		void *communicator, cudaStream_t stream);
	const char *(*why)(int status);
} library;

#define NCCL_DO(status) gpu_note(nccl_why(status), "NCCL", __FILE__, __LINE__)

static const char *nccl_why(int status)
{
	return status == 0 ? nullptr : library.why(status);
}

bool nccl_load()
{
	static const char *const names[] = {"libnccl.so.2", "libnccl.so", nullptr};
	static const library_symbol symbols[] = {{"ncclGetUniqueId", &library.make_id},
		{"ncclCommInitRank", &library.init},
		{"ncclCommDestroy", &library.destroy}, {"ncclCommAbort", &library.abort},
		{"ncclCommGetAsyncError", &library.error},
		{"ncclAllGather", &library.gather},
		{"ncclAllReduce", &library.reduce}, {"ncclGetErrorString", &library.why},
		{nullptr, nullptr}};
	static std::mutex once;
	std::lock_guard<std::mutex> lock(once);

	return library_load(names, symbols);
}

int nccl_make_id(nccl_id *id)
{
	return NCCL_DO(library.make_id(id));
}

int nccl_open(nccl *n, cudaStream_t compute, const nccl_id *id, int rank, int ranks)
{
	int bad = 0;

	n->rank = rank;
	n->ranks = ranks;
	n->compute = compute;
	if (ranks == 1)
		return 0;
	bad |= GPU_DO(cudaStreamCreateWithFlags(&n->stream, cudaStreamNonBlocking));
	bad |= GPU_DO(cudaEventCreateWithFlags(&n->to_stream, cudaEventDisableTiming));
	bad |= GPU_DO(cudaEventCreateWithFlags(&n->to_compute, cudaEventDisableTiming));
	return bad | NCCL_DO(library.init(&n->communicator, ranks, *id, rank));
}

void nccl_close(nccl *n)
{
	if (n->communicator)
		NCCL_DO(library.destroy(n->communicator));
	if (n->stream)
		GPU_DO(cudaStreamDestroy(n->stream));
	if (n->to_stream)
		GPU_DO(cudaEventDestroy(n->to_stream));
	if (n->to_compute)
		GPU_DO(cudaEventDestroy(n->to_compute));
	*n = nccl{};
}

void nccl_abort(nccl *n)
{
	void *communicator = __atomic_exchange_n(&n->communicator, nullptr, __ATOMIC_ACQ_REL);

	if (communicator)
		library.abort(communicator); /* it failed already: nothing to add */
}

/* In NCCL's kernels a stream waits for devices that may be gone: only NCCL knows that. */
int nccl_wait(nccl *n, cudaStream_t stream)
{
	int status = 0;

	if (n->ranks == 1)
		return GPU_DO(cudaStreamSynchronize(stream));
	for (;;) {
		cudaError_t code = cudaStreamQuery(stream);
		void *communicator = __atomic_load_n(&n->communicator, __ATOMIC_ACQUIRE);

		if (code != cudaErrorNotReady)
			return GPU_DO(code);
		if (communicator && (library.error(communicator, &status) != 0 ||
					    (status != 0 && status != IN_PROGRESS))) {
			NCCL_DO(status != 0 ? status : 1);
			nccl_abort(n);
			return -1;
		}
		std::this_thread::yield();
	}
}

/* NULL after an abort: what would come then is a failure that has its note already. */
static void *alive(nccl *n)
{
	void *communicator = __atomic_load_n(&n->communicator, __ATOMIC_ACQUIRE);

	if (!communicator)
		gpu_note("another device failed", "NCCL", __FILE__, __LINE__);
	return communicator;
}

/* What comes next on `stream` sees what the computation did so far. */
static void follow(nccl *n)
{
	GPU_DO(cudaEventRecord(n->to_stream, n->compute));
	GPU_DO(cudaStreamWaitEvent(n->stream, n->to_stream, 0));
}

void nccl_join(nccl *n)
{
	if (n->ranks == 1)
		return;
	GPU_DO(cudaEventRecord(n->to_compute, n->stream));
	GPU_DO(cudaStreamWaitEvent(n->compute, n->to_compute, 0));
}

void nccl_gather(nccl *n, double *all, int count)
{
	void *communicator = n->ranks == 1 ? nullptr : alive(n);

	if (!communicator)
		return;
	follow(n);
	NCCL_DO(library.gather(all + (size_t)n->rank * (size_t)count, all, (size_t)count,
		NCCL_DOUBLE, communicator, n->stream));
	nccl_join(n);
}

void nccl_add(nccl *n, float *array, long count)
{
	void *communicator = n->ranks == 1 ? nullptr : alive(n);

	if (!communicator)
		return;
	follow(n);
	NCCL_DO(library.reduce(array, array, (size_t)count, NCCL_FLOAT, NCCL_SUM,
		communicator, n->stream));
}
