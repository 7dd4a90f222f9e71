/* SPDX-License-Identifier: MIT */
/* NCCL, where it is there: what one device of several does together with the others. Its
 * few functions are declared in nccl.cpp, so that neither header nor library is needed to
 * build. */
#ifndef TRAINER_CUDA_NCCL_H
#define TRAINER_CUDA_NCCL_H

#include "cuda/check.h"

/* NCCL's values, checked against its header where that is (nccl.cpp). */
enum { NCCL_FLOAT = 7, NCCL_DOUBLE = 8, NCCL_SUM = 0 };

/* ncclUniqueId: names a group while it gathers. */
struct nccl_id {
	char bytes[128];
};

bool nccl_load();
int nccl_make_id(nccl_id *id);

/* One device's end. All calls go to one stream of their own beside the computation's:
 * collectives have the same order on all devices, and run while the computation goes on.
 * A second stream, for the small sums of batch norms to pass the large ones of gradients,
 * would need a second communicator, and two at work at once may wait for each other for
 * ever (NCCL's guide, "Using multiple NCCL communicators concurrently"). */
struct nccl {
	int rank, ranks;    /* 1: every call does nothing */
	void *communicator; /* NULL: not opened, or aborted */
	cudaStream_t compute, stream;
	cudaEvent_t to_stream, to_compute;
};

/* Returns when all ranks have called it. */
int nccl_open(nccl *n, cudaStream_t compute, const nccl_id *id, int rank, int ranks);
void nccl_close(nccl *n);
/* Collectives that wait for a device which failed end, so that their streams do. May come
 * from another thread. */
void nccl_abort(nccl *n);
/* Until the stream has done all; -1 when it or a collective failed. */
int nccl_wait(nccl *n, cudaStream_t stream);

/* all (ranks, count): this rank's row goes to the others. The computation waits for it.
 */
void nccl_gather(nccl *n, double *all, int count);
/* Begins to add up array over the ranks; the computation may go on. */
void nccl_add(nccl *n, float *array, long count);
/* The computation waits for what was begun. */
void nccl_join(nccl *n);

#endif
