/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "base/path.h"
#include "batch/jobs.h"
#include "batch/tool.h"

/* What it ends with then is no failure of its own. */
static int mark(const struct job *j, const struct job_task *t, struct err *e)
{
	AUTO_FREE char *path = job_file(j, t, "cancelled");

	return file_write(path, "", 0, 0600, e);
}

int job_cancel(struct job *j, const struct job_task *only, struct err *e)
{
	AUTO_FREE char *name = only ? job_task_name(j, only) : xstrdup(j->number);
	AUTO_STRV struct strv words = {0};
	AUTO_BUF struct buf said = {0};

	for (size_t i = 0; i < j->n_tasks; i++)
		if ((!only || only == &j->tasks[i]) && !job_look(j, &j->tasks[i]) &&
			mark(j, &j->tasks[i], e) < 0)
			return -1;
	strv_add(&words, "scancel");
	strv_add(&words, name);
	return tool_run(&words, &said, e);
}
