/* SPDX-License-Identifier: MIT */
#include "cli/batch/word.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "launch/own.h"

void job_named_free(struct job_named *n)
{
	job_free(&n->job);
	*n = (struct job_named){0};
}

int job_named(const char *word, struct job_named *out, struct err *e)
{
	int task;

	if (job_find(word, &out->job, &task, &out->rank, e) < 0)
		return -1;
	out->asked_task = task >= 0;
	for (size_t i = 0; i < out->job.n_tasks; i++)
		if (out->job.n_tasks == 1 || out->job.tasks[i].index == task)
			out->task = &out->job.tasks[i];
	return 0;
}

int job_which_task(const struct job_named *n, const char *command, struct err *e)
{
	return err_set(e, ERR_USAGE, "job %s has %zu tasks: cnnrun %s %s_%d",
		n->job.number, n->job.n_tasks, command, n->job.number,
		n->job.tasks[0].index);
}

/* Is there one of just this name? */
static bool is_container(struct cli *c, const char *word)
{
	AUTO_LIST struct container_list l = {0};
	struct engine *g;

	if (cli_engine(c, &g, NULL) < 0 || own_list(g, true, &l, NULL, NULL) < 0)
		return false;
	for (size_t i = 0; i < l.n; i++)
		if (l.v[i].name && !strcmp(l.v[i].name, word))
			return true;
	return false;
}

int job_or_container(
	struct cli *c, const char *word, struct job_named *out, struct err *e)
{
	struct job_word w = {0};
	bool may_be = job_word_read(word, &w);
	const char *dir;

	free(w.name);
	if (c->partition)
		return job_named(word, out, e) < 0 ? -1 : 1;
	if (!may_be || job_named(word, out, NULL) < 0)
		return 0;
	if (!is_container(c, word))
		return 1;
	dir = strrchr(out->job.dir, '/');
	log_warn("%s is a container, and a job as well: the job is called %s too", word,
		dir ? dir + 1 : out->job.dir);
	return 0;
}
