/* SPDX-License-Identifier: MIT */
/* cnnrun logs: what a container or a job printed. */
#include <limits.h>

#include "base/mem.h"
#include "cli/batch/job_logs.h"
#include "cli/command.h"
#include "cli/container/own.h"
#include "launch/session/drain.h"
#include "launch/session/follow.h"

static int logs(struct cli *c, const struct opts *o, struct err *e)
{
	AUTO_FREE char *id = NULL;
	AUTO_STATE struct container_state state = {0};
	AUTO_STREAM struct stream *s = NULL, *heard = NULL;
	bool follows = opt_on(o, "follow"), times = opt_on(o, "timestamps");
	struct engine *g;
	bool found;
	AUTO_JOB_NAMED struct job_named job = {0};
	int tail, is_job = 0;

	if (c->cluster)
		return job_logs_there(c, o, e);
	if (o->n_args == 1)
		is_job = job_or_container(c, o->args[0], &job, e);
	if (is_job)
		return is_job < 0 ? -1 : job_logs(&job, o, e);
	if (opt_text(o, "from"))
		return err_set(e, ERR_USAGE,
			"--from is for jobs: --tail N is for containers too");
	if (cli_no_more(o, 1, e) < 0 ||
		opt_int(o, "tail", 0, INT_MAX, -1, &tail, e) < 0 ||
		cli_engine(c, &g, e) < 0 ||
		own_find(g, o->n_args ? o->args[0] : NULL, OWN_ALL, &id, e) < 0 ||
		container_inspect(g, id, &state, &found, e) < 0)
		return -1;
	if (!found)
		return err_set(e, 0, "the container has just been removed");
	if (follows && state.running)
		container_attach(g, id, state.tty, false, false, NULL, &heard, NULL);
	if (container_logs(g, id, state.tty, follows, tail, times, &s, e) < 0) {
		/* The engine's words for it are "configured logging driver does not
		 * support reading" (501). */
		if (e->code == 501)
			err_hint(e,
				"a foreground container keeps no log unless its profile "
				"says log = true");
		return -1;
	}
	if (follows)
		return follow(s, heard, times, e);
	return drain(s, NULL, false, drain_out, NULL, e);
}

static const struct opt table[] = {
	{.name = "follow", .letter = 'f', .about = "wait for more until it ends"},
	{.name = "tail", .arg = "N", .about = "only the last N lines"},
	{.name = "from", .arg = "BYTES", .about = "of a job: what comes after so much"},
	{.name = "timestamps", .letter = 't', .about = "with the time of each line"},
};

const struct command command_logs = {
	.name = "logs",
	.usage = "[OPTIONS] [NAME | JOB[_TASK][/RANK]]",
	.about = "Print what a container or a job printed",
	.details =
		"NAME may be left out when this project has one container. A JOB is its "
		"number.",
	.options = {"Options", table, COUNT_OF(table)},
	.run = logs,
};
