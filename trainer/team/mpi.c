/* SPDX-License-Identifier: MIT */
/* The team over MPI: cnntrain-mpi.so. */
#include "team/team.h"

#include <mpi.h>
#include <stddef.h>
#include <stdlib.h>

enum { REQUESTS = 16 };

struct mpi_team {
	struct team base;
	MPI_Request requests[REQUESTS];
	int count;
};

static struct mpi_team mpi;

static void close_mpi(struct team *t)
{
	(void)t;
	MPI_Finalize();
}

static void gather(struct team *t, float *array, const int *rows, int length)
{
	int counts[TEAM_MOST], starts[TEAM_MOST];

	for (int i = 0; i < t->world; i++) {
		counts[i] = (rows[i + 1] - rows[i]) * length;
		starts[i] = rows[i] * length;
	}
	MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, array, counts, starts,
		MPI_FLOAT, MPI_COMM_WORLD);
}

static void finish(struct team *t)
{
	(void)t;
	MPI_Waitall(mpi.count, mpi.requests, MPI_STATUSES_IGNORE);
	mpi.count = 0;
}

static void add(struct team *t, float *array, long count)
{
	if (mpi.count == REQUESTS)
		finish(t);
	MPI_Iallreduce(MPI_IN_PLACE, array, (int)count, MPI_FLOAT, MPI_SUM,
		MPI_COMM_WORLD, &mpi.requests[mpi.count++]);
}

static void add_doubles(struct team *t, double *values, int count)
{
	(void)t;
	MPI_Allreduce(MPI_IN_PLACE, values, count, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
}

static void broadcast(struct team *t, void *bytes, int size)
{
	(void)t;
	MPI_Bcast(bytes, size, MPI_BYTE, 0, MPI_COMM_WORLD);
}

static int local_rank(void)
{
	MPI_Comm local;
	int rank = 0;

	if (MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL,
		    &local) != MPI_SUCCESS)
		return 0;
	MPI_Comm_rank(local, &rank);
	MPI_Comm_free(&local);
	return rank;
}

struct team *team_open_mpi(struct err *e)
{
	int provided;

	mpi.base = (struct team){.close = close_mpi,
		.gather = gather,
		.add = add,
		.finish = finish,
		.add_doubles = add_doubles,
		.broadcast = broadcast};
	/* A rank that waits must not hold the processor that another computes on; Open
	 * MPI sees by itself only that there are more ranks than processors. */
	setenv("OMPI_MCA_mpi_yield_when_idle", "1", 0);
	if (MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS ||
		MPI_Comm_rank(MPI_COMM_WORLD, &mpi.base.rank) != MPI_SUCCESS ||
		MPI_Comm_size(MPI_COMM_WORLD, &mpi.base.world) != MPI_SUCCESS ||
		mpi.base.world > TEAM_MOST) {
		/* the plugin shares no code with the program: err.h's layout is the
		 * contract */
		static const char text[] = "MPI cannot start";

		for (size_t i = 0; i < sizeof(text); i++)
			e->msg[i] = text[i];
		return NULL;
	}
	mpi.base.local_rank = local_rank();
	return &mpi.base;
}
