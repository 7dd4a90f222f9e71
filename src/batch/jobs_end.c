/* SPDX-License-Identifier: MIT */
/* What the states of a job's tasks make together, and what it ends with. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "batch/jobs.h"
#include "batch/tool.h"

/* A signal of the scheduler's is no status of a command's. */
int job_end_status(const struct job *j, const struct job_task *t)
{
	AUTO_FREE char *name = job_task_name(j, t);
	static const char *const words[] = {"scontrol", "-o", "show", "job"};
	AUTO_STRV struct strv scontrol = {0};
	AUTO_BUF struct buf b = {0};
	int code = 0, sig = 0;
	const char *at;

	if (t->status >= 0)
		return t->status;
	for (size_t i = 0; i < COUNT_OF(words); i++)
		strv_add(&scontrol, words[i]);
	strv_add(&scontrol, name);
	switch (t->state) {
	case JOB_DONE:
		return 0;
	case JOB_CANCELLED:
		return 128 + SIGTERM;
	case JOB_TIMED_OUT:
		return 124;
	case JOB_FAILED:
		if (tool_run(&scontrol, &b, NULL) == 0 && b.n &&
			(at = strstr(b.p, " ExitCode=")) &&
			sscanf(at, " ExitCode=%9d:%9d", &code, &sig) == 2 &&
			(code || sig))
			return sig ? 128 + sig : code;
		return t->killed ? 128 + SIGTERM : 125;
	default:
		return 125;
	}
}

bool job_ended(enum job_state s)
{
	return s != JOB_WAITING && s != JOB_RUNNING && s != JOB_UNKNOWN;
}

/* What still goes on counts first, then what nobody knows, then what went wrong. */
enum job_state job_state(const struct job *j)
{
	static const enum job_state order[] = {JOB_RUNNING, JOB_WAITING, JOB_UNKNOWN,
		JOB_FAILED, JOB_LOST, JOB_TIMED_OUT, JOB_CANCELLED};

	for (size_t k = 0; k < COUNT_OF(order); k++)
		for (size_t i = 0; i < j->n_tasks; i++)
			if (j->tasks[i].state == order[k])
				return order[k];
	return JOB_DONE;
}

int job_status(const struct job *j)
{
	int status = 0;

	for (size_t i = 0; i < j->n_tasks && !status; i++)
		status = j->tasks[i].status;
	return status;
}

const char *job_state_word(enum job_state s)
{
	static const char *const said[] = {[JOB_UNKNOWN] = "unknown",
		[JOB_WAITING] = "waiting",
		[JOB_RUNNING] = "running",
		[JOB_DONE] = "done",
		[JOB_FAILED] = "failed",
		[JOB_CANCELLED] = "cancelled",
		[JOB_TIMED_OUT] = "timed out",
		[JOB_LOST] = "lost"};

	return said[s];
}
