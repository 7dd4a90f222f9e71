/* SPDX-License-Identifier: MIT */
/* Several processes that train one network: each takes some chunks of every batch. */
#ifndef TRAINER_TEAM_H
#define TRAINER_TEAM_H

#include "base/err.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Collective calls: all ranks make the same ones in the same order. A failure ends the
 * program, for no rank can go on without the others. */
struct team {
	int rank, world;
	int local_rank; /* among the processes on this machine */
	void (*close)(struct team *t);
	/* Rows rows[r] … rows[r + 1] - 1 of array, `length` floats each, come from rank
	 * r. */
	void (*gather)(struct team *t, float *array, const int *rows, int length);
	/* Begins to add up array over the ranks; done when finish returns. */
	void (*add)(struct team *t, float *array, long count);
	void (*finish)(struct team *t);
	void (*add_doubles)(struct team *t, double *values, int count);
	/* All ranks get the bytes of rank 0. */
	void (*broadcast)(struct team *t, void *bytes, int size);
};

/* The world this process was started in (mpirun, srun); *out is NULL when it is alone. */
int team_open(struct team **out, struct err *e);
void team_close(struct team *t);

/* What the MPI plugin exports. */
struct team *team_open_mpi(struct err *e);

enum { TEAM_MOST = 1024 };

/* First chunk of a rank's share of so many chunks. */
static inline int team_first_chunk(int chunks, int rank, int world)
{
	return (int)((long)chunks * rank / world);
}

#ifdef __cplusplus
}
#endif

#endif
