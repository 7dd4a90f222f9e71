/* SPDX-License-Identifier: MIT */
/* Who am I? What the launcher that started this process says of it.
 *
 * The first of these that tells of more than one process wins:
 *   1. mpirun, mpiexec   OMPI_COMM_WORLD_*, PMI_*, PMIX_*             over MPI
 *   2. torchrun          RANK, WORLD_SIZE, LOCAL_RANK                 over TCP
 *   3. srun              SLURM_PROCID, SLURM_NTASKS, SLURM_LOCALID    over TCP where
 *                        MASTER_ADDR is set, else over MPI
 * TCP needs MASTER_ADDR and MASTER_PORT as well: where rank 0 listens. */
#ifndef TRAINER_TEAM_ENV_H
#define TRAINER_TEAM_ENV_H

#include "base/err.h"

#include <stdbool.h>

struct place {
	int rank, world;
	int local_rank; /* -1: not told */
	bool mpi;
};

/* world is 1 when nobody speaks of others. */
int env_place(struct place *out, struct err *e);

/* MASTER_ADDR, borrowed, and MASTER_PORT; torchrun's own store takes that port when it
 * says so, and the one above it is meant. */
int env_master(const char **address, int *port, struct err *e);

/* How long a team may take to form: CNNTRAIN_TIMEOUT, or 60 s. */
int env_timeout(int *seconds, struct err *e);

#endif
