/* SPDX-License-Identifier: MIT */
#include "team/env.h"
#include "team/team.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct launcher {
	const char *rank, *world, *local;
	bool mpi;
};

static const struct launcher launchers[] = {
	{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK",
		true},
	{"PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", true},
	{"PMIX_RANK", "PMIX_SIZE", "PMIX_LOCAL_RANK", true},
	{"RANK", "WORLD_SIZE", "LOCAL_RANK", false},
	/* sbatch alone starts one process and sets the number of tasks as well */
	{"SLURM_PROCID", "SLURM_NTASKS", "SLURM_LOCALID", true},
};

enum { LAUNCHERS = sizeof(launchers) / sizeof(launchers[0]), TIMEOUT = 60 };

static int number(const char *name, int low, int high, int *out, struct err *e)
{
	const char *text = getenv(name);
	char *end;
	long n;

	errno = 0;
	n = text ? strtol(text, &end, 10) : 0;
	if (!text || !*text)
		return err_set(e, "%s is not set; a number from %d to %d is wanted", name,
			low, high);
	if (end == text || *end || errno || n < low || n > high)
		return err_set(e, "%s=%s: a number from %d to %d is wanted", name, text,
			low, high);
	*out = (int)n;
	return 0;
}

static bool is_set(const char *name)
{
	const char *text = getenv(name);

	return text && *text;
}

int env_place(struct place *out, struct err *e)
{
	for (int i = 0; i < LAUNCHERS; i++) {
		const struct launcher *l = &launchers[i];
		struct place p = {.local_rank = -1, .mpi = l->mpi};

		/* WORLD_SIZE is often exported for a srun that knows the ranks */
		if (!is_set(l->world) || (!is_set(l->rank) && is_set("SLURM_PROCID")))
			continue;
		if (number(l->world, 1, TEAM_MOST, &p.world, e) < 0)
			return -1;
		if (p.world == 1)
			continue;
		if (number(l->rank, 0, p.world - 1, &p.rank, e) < 0)
			return err_wrap(e, "%s is %d", l->world, p.world);
		if (is_set(l->local) &&
			number(l->local, 0, p.world - 1, &p.local_rank, e) < 0)
			return -1;
		if (!strcmp(l->rank, "SLURM_PROCID") && is_set("MASTER_ADDR"))
			p.mpi = false;
		*out = p;
		return 0;
	}
	*out = (struct place){.world = 1};
	return 0;
}

int env_master(const char **address, int *port, struct err *e)
{
	const char *store = getenv("TORCHELASTIC_USE_AGENT_STORE");

	if (!is_set("MASTER_ADDR"))
		return err_set(e,
			"MASTER_ADDR is not set: the name or address of the machine that "
			"rank 0 runs on is wanted");
	*address = getenv("MASTER_ADDR");
	if (number("MASTER_PORT", 1, 65534, port, e) < 0)
		return -1;
	*port += store && !strcmp(store, "True");
	return 0;
}

int env_timeout(int *seconds, struct err *e)
{
	*seconds = TIMEOUT;
	return is_set("CNNTRAIN_TIMEOUT")
		       ? number("CNNTRAIN_TIMEOUT", 1, 86400, seconds, e)
		       : 0;
}
