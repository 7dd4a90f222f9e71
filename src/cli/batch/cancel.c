/* SPDX-License-Identifier: MIT */
/* cnnrun cancel: ends jobs. */
#include "base/log.h"
#include "base/mem.h"
#include "cli/batch/leave.h"
#include "cli/batch/there.h"
#include "cli/batch/word.h"

enum { ASK_MS = 500, ASK_MAX_MS = 5000 };

static bool all_ended(const struct job *j, const struct job_task *only)
{
	for (size_t i = 0; i < j->n_tasks; i++)
		if ((!only || only == &j->tasks[i]) && !job_ended(j->tasks[i].state))
			return false;
	return true;
}

/* What the scheduler has forgotten since goes for ended: it was there a moment ago. */
static int wait_for_end(struct job *j, const struct job_task *only, struct err *e)
{
	int fd = leave_begin(), sig = 0, ms = ASK_MS, rc;
	struct jobs one = {.v = j, .n = 1};
	bool goes_on;

	do {
		for (size_t i = 0; i < j->n_tasks; i++)
			if (!job_look(j, &j->tasks[i]))
				j->tasks[i].state = JOB_UNKNOWN;
		rc = jobs_ask(&one, e);
		goes_on = job_state(j) == JOB_RUNNING || job_state(j) == JOB_WAITING;
		if (rc < 0 || !goes_on || all_ended(j, only))
			break;
		sig = leave_wait(fd, ms);
		ms = ms * 2 > ASK_MAX_MS ? ASK_MAX_MS : ms * 2;
	} while (!sig);
	leave_end(fd);
	return rc < 0 ? -1 : sig;
}

static int cancel_one(const char *word, struct buf *out, struct err *e)
{
	AUTO_JOB_NAMED struct job_named n = {0};
	const struct job_task *only;
	struct jobs one;
	int sig;

	if (job_named(word, &n, e) < 0)
		return -1;
	only = n.asked_task ? n.task : NULL;
	one = (struct jobs){.v = &n.job, .n = 1};
	if (jobs_ask(&one, e) < 0)
		return -1;
	if (all_ended(&n.job, only)) {
		log_info("job %s has ended already", word);
	} else {
		if (job_cancel(&n.job, only, e) < 0)
			return -1;
		sig = wait_for_end(&n.job, only, e);
		if (sig)
			return sig < 0 ? -1 : 128 + sig;
	}
	buf_addf(out, "%s\n", word);
	return 0;
}

static int cancel(struct cli *c, const struct opts *o, struct err *e)
{
	AUTO_BUF struct buf out = {0};
	int status = 0;

	if (!o->n_args)
		return err_set(
			e, ERR_USAGE, "cancel which job? 'cnnrun jobs' shows them");
	if (c->cluster)
		return there_command(c, "cancel", o, e);
	for (size_t i = 0; i < o->n_args && status < 128; i++) {
		struct err why = {0};
		int rc = cancel_one(o->args[i], &out, &why);

		if (rc < 0)
			rc = cli_fail(c, 125, &why);
		status = rc ? rc : status;
	}
	return print_out(&out, e) < 0 ? -1 : status;
}

const struct command command_cancel = {
	.name = "cancel",
	.usage = "JOB[_TASK]...",
	.about = "End jobs of a cluster",
	.details = "It waits until they have ended, and prints those that have.",
	.run = cancel,
};
