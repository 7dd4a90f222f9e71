/* SPDX-License-Identifier: MIT */
#include "cli/batch/job_logs.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "base/mem.h"
#include "cli/batch/follow.h"
#include "cli/batch/there.h"

/* *tail: -1 = not given */
static int read_options(
	struct job_log *log, const struct opts *o, int *tail, struct err *e)
{
	const char *from = opt_text(o, "from");
	char *end = NULL;

	if (opt_on(o, "timestamps"))
		return err_set(e, ERR_USAGE, "the log of a job has no times");
	if (opt_int(o, "tail", 0, INT_MAX, -1, tail, e) < 0)
		return -1;
	if (from) {
		errno = 0;
		log->skip = strtoll(from, &end, 10);
		if (errno || *end || end == from || log->skip < 0 || *tail >= 0)
			return err_set(e, ERR_USAGE,
				*tail >= 0 ? "--from and --tail exclude each other"
					   : "--from takes a number of bytes");
	}
	return 0;
}

static int begin(struct job_log *log, const struct opts *o, struct err *e)
{
	int tail;

	if (read_options(log, o, &tail, e) < 0)
		return -1;
	return tail < 0 ? 0 : job_log_tail(log, tail, e);
}

int job_logs_there(struct cli *c, const struct opts *o, struct err *e)
{
	struct job_log log = {0};

	if (o->n_args != 1)
		return err_set(e, ERR_USAGE, "logs of which job of %s?", c->on);
	if (cli_no_more(o, 1, e) < 0 || read_options(&log, o, &(int){0}, e) < 0)
		return -1;
	return opt_on(o, "follow") ? there_logs(c, o, e) : there_command(c, "logs", o, e);
}

int job_logs(struct job_named *n, const struct opts *o, struct err *e)
{
	AUTO_FREE char *path = n->task ? job_file(&n->job, n->task, "log") : NULL;
	bool labelled = n->job.nodes * n->job.per_node > 1;
	AUTO_JOB_LOG struct job_log log = {.path = path, .rank = labelled ? n->rank : -1};
	int status, left_by = 0;

	if (!n->task)
		return job_which_task(n, "logs", e);
	if (begin(&log, o, e) < 0)
		return -1;
	status = opt_on(o, "follow") ? follow_job(&n->job, n->task, &log, &left_by, e)
				     : log_print(&log, e);
	if (status < 0 && e->code == EPIPE)
		status = 0; /* the reader has seen enough */
	return !status && left_by ? 128 + left_by : status;
}
