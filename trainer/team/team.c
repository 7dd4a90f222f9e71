/* SPDX-License-Identifier: MIT */
/* MPI is a plugin, cnntrain-mpi.so beside the program: a run without it pays nothing for
 * it. */
#include "team/team.h"
#include "base/mem.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int number(const char *name)
{
	const char *value = getenv(name);

	return value ? atoi(value) : 0;
}

/* The number of processes that a launcher started. srun sets SLURM_PROCID, sbatch does
 * not. */
static int world_size(void)
{
	static const char *const names[] = {
		"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_SIZE"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (number(names[i]) > 1)
			return number(names[i]);
	return getenv("SLURM_PROCID") ? number("SLURM_NTASKS") : 1;
}

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

int team_open(struct team **out, struct err *e)
{
	struct team *(*open_mpi)(struct err *);
	void *plugin, *symbol;

	*out = NULL;
	if (world_size() <= 1)
		return 0;
	plugin = load_plugin();
	symbol = plugin ? dlsym(plugin, "team_open_mpi") : NULL;
	if (!symbol)
		return err_set(e,
			"started as one of %d processes, but cnntrain-mpi.so is not "
			"beside this "
			"program (it is built where MPI is installed): %s",
			world_size(), dlerror());
	memcpy(&open_mpi, &symbol, sizeof(open_mpi));
	*out = open_mpi(e);
	return *out ? 0 : -1;
}

void team_close(struct team *t)
{
	if (t)
		t->close(t);
}
