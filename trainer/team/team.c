/* SPDX-License-Identifier: MIT */
/* Which team. MPI is a plugin, cnntrain-mpi.so beside the program: a run without it pays
 * nothing for it. */
#include "team/team.h"
#include "base/mem.h"
#include "team/env.h"

#include <dlfcn.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

/* The plugin beside the program or in ../lib/cnnrun. */
static void *load_plugin(void)
{
	char self[PATH_MAX], *slash;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	void *plugin = NULL;

	if (n < 0)
		return NULL;
	self[n] = 0;
	slash = strrchr(self, '/');
	*slash = 0;
	for (int i = 0; i < 2 && !plugin; i++) {
		AUTO_FREE char *path =
			i ? mem_printf("%s/../lib/cnnrun/cnntrain-mpi.so", self)
			  : mem_printf("%s/cnntrain-mpi.so", self);

		plugin = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
	}
	return plugin;
}

static struct team *open_mpi_team(int world, struct err *e)
{
	struct team *(*open_mpi)(struct err *);
	void *plugin = load_plugin();
	void *symbol = plugin ? dlsym(plugin, "team_open_mpi") : NULL;
	struct team *team;

	if (!symbol) {
		err_set(e,
			"started as one of %d processes, but cnntrain-mpi.so is not "
			"beside this program (it is built where MPI is installed): %s",
			world, dlerror());
		return NULL;
	}
	memcpy(&open_mpi, &symbol, sizeof(open_mpi));
	team = open_mpi(e);
	if (team && team->world != world) {
		err_set(e,
			"started as one of %d processes, but MPI sees %d: start with the "
			"mpirun of the MPI this was built with, or set MASTER_ADDR and "
			"MASTER_PORT for srun without MPI",
			world, team->world);
		team->close(team);
		return NULL;
	}
	return team;
}

int team_open(struct team **out, struct err *e)
{
	struct place place;
	int local;

	*out = NULL;
	if (env_place(&place, e) < 0)
		return -1;
	if (place.world == 1)
		return 0;
	if (place.mpi) {
		*out = open_mpi_team(place.world, e);
		return *out ? 0 : -1;
	}
	*out = team_open_tcp(&place, e);
	if (!*out)
		return -1;
	/* collective: also at the ranks that were told */
	local = team_local_rank(*out);
	if (place.local_rank < 0)
		(*out)->local_rank = local;
	return 0;
}

void team_close(struct team *t)
{
	if (t)
		t->close(t);
}
