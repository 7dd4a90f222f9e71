/* SPDX-License-Identifier: MIT */
/* Which job a word means. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "batch/jobs.h"

static const char digits[] = "0123456789";

/* What follows a mark at s: a number of at most nine digits up to an end. */
static bool read_number(const char *s, size_t n, int *out)
{
	if (!n || n > 9 || strspn(s, digits) < n)
		return false;
	*out = atoi(s);
	return true;
}

bool job_word_read(const char *word, struct job_word *out)
{
	size_t n = strcspn(word, "/"), number = strspn(word, digits);

	*out = (struct job_word){.task = -1, .rank = -1};
	if (word[n] == '/' &&
		!read_number(word + n + 1, strlen(word + n + 1), &out->rank))
		return false;
	if (!number)
		return false;
	if (number < n && word[number] == '_') {
		if (!read_number(word + number + 1, n - number - 1, &out->task))
			return false;
		n = number;
	}
	out->name = xstrndup(word, n);
	return true;
}

static bool has_task(const struct job *j, int index)
{
	for (size_t i = 0; i < j->n_tasks; i++)
		if (j->tasks[i].index == index)
			return true;
	return false;
}

/* Is there such a task, and such a rank? */
static int check(const struct job *j, const struct job_word *w, struct err *e)
{
	int ranks = j->nodes * j->per_node;

	if (w->task >= 0 && !has_task(j, w->task))
		return err_set(e, ENOENT, "job %s has no task %d%s", j->number, w->task,
			j->tasks[0].index < 0 ? ": it is no sweep" : "");
	if (w->rank >= ranks)
		return err_set(e, ENOENT, "job %s has %d rank%s, of which %d is none",
			j->number, ranks, ranks == 1 ? "" : "s", w->rank);
	return 0;
}

int job_find(const char *word, struct job *out, int *task, int *rank, struct err *e)
{
	AUTO_JOBS struct jobs l = {0};
	AUTO_FREE char *name = NULL;
	struct job_word w;

	if (!job_word_read(word, &w))
		return err_set(e, ENOENT,
			"'%s' is no job: its number, as 'cnnrun jobs' shows it", word);
	name = w.name;
	jobs_list(&l, name);
	if (!l.n)
		return err_set(e, ENOENT,
			"there is no job %s; 'cnnrun jobs --all' shows those of yours",
			name);
	if (check(&l.v[0], &w, e) < 0)
		return -1;
	*out = l.v[0];
	l.v[0] = (struct job){0};
	*task = w.task;
	*rank = w.rank;
	return 0;
}
