/* SPDX-License-Identifier: MIT */
/* Several processes that train one network: each takes some chunks of every batch. */
#ifndef TRAINER_TEAM_H
#define TRAINER_TEAM_H

#include "base/err.h"

#include <stddef.h>

struct place;

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

/* The world this process was started in (see env.h); *out is NULL when it is alone. */
int team_open(struct team **out, struct err *e);
void team_close(struct team *t);

/* Collective, too. How many of the team run on the processors of this process, itself
 * included. */
int team_sharers(struct team *t);
/* How many ranks below this one are on its machine. */
int team_local_rank(struct team *t);
/* A number that stands for the bytes, for team_agree. */
double team_digest(const void *bytes, size_t size);
/* -1 at all ranks, with e set, when one of the values is not that of rank 0. */
int team_agree(struct team *t, const char *const *names, const double *values, int count,
	struct err *e);

/* tcp.c; NULL with e set when the team does not form. local_rank is only what place
 * says. */
struct team *team_open_tcp(const struct place *place, struct err *e);

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
