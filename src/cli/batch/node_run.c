/* SPDX-License-Identifier: MIT */
/* cnnrun node-run DIRECTORY: what a job's script has each task do. */
#include "base/mem.h"
#include "batch/batch.h"
#include "batch/runner/runner.h"
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
	struct runner own = {.held = -1};
	struct engine *g = NULL;
	int status = 125, rc = 0;

	if (opt_on(o, "port"))
		return print_port(e);
	if (o->n_args != 1)
		return err_set(e, ERR_USAGE, "node-run takes the directory of a job");
	hooks.consent.ask = NULL;
	hooks.consent.command = "cnnrun --on slurm, once more";
	if (!c->host && !c->context) {
		rc = runner_find(&own, o->args[0], e);
		c->host = own.url;
	}
	if (!rc && (c->host || c->context))
		rc = cli_engine(c, &g, e);
	if (!rc)
		rc = node_run(g, own.apptainer, o->args[0], &hooks, &status, e);
	if (rc < 0 && (e->code == ERR_UNREACHABLE || e->code == ERR_DENIED ||
			      e->code == ERR_NO_IMAGE))
		err_hint(e, "or submit with --image-tar, which takes the image along");
	if (rc < 0 && (status == 126 || status == 127))
		rc = cli_fail(c, status, e);
	else if (!rc)
		rc = status;
	if (rc < 0)
		own.pid = 0; /* who cleans up asks it, and it ends by itself */
	if (own.url)
		c->host = NULL;
	runner_end(&own);
	return rc;
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
	.internal = true,
	.run = run,
};
