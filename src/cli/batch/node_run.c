/* SPDX-License-Identifier: MIT */
/* cnnrun node-run DIRECTORY: what a job's script has each task do. */
#include "base/mem.h"
#include "batch/batch.h"
#include "cli/command.h"
#include "cli/face/hooks.h"

static int print_port(struct err *e)
{
	AUTO_BUF struct buf b = {0};
	int port = node_port(e);

	buf_addf(&b, "%d\n", port);
	return port < 0 ? -1 : print_out(&b, e);
}

static int run(struct cli *c, const struct opts *o, struct err *e)
{
	struct run_hooks hooks = terminal_hooks(c);
	struct engine *g;
	int status = 125;

	if (opt_on(o, "port"))
		return print_port(e);
	if (o->n_args != 1)
		return err_set(e, ERR_USAGE, "node-run takes the directory of a job");
	hooks.consent.ask = NULL;
	hooks.consent.command = "cnnrun --on slurm, once more";
	if (cli_engine(c, &g, e) < 0)
		return -1;
	if (node_run(g, o->args[0], &hooks, &status, e) < 0)
		return status == 126 || status == 127 ? cli_fail(c, status, e) : -1;
	return status;
}

static const struct opt table[] = {
	{.name = "port",
		.about = "only print a port for the ranks of this job to meet at"},
};

const struct command command_node_run = {
	.name = "node-run",
	.usage = "DIRECTORY",
	.about = "Run a task of a job, on a node of a cluster",
	.details = "The script that --on slurm submits calls it, by srun.",
	.options = {"Options", table, COUNT_OF(table)},
	.run = run,
};
