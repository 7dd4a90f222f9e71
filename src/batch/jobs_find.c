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
	if (word[number] == '_' && number < n) {
		if (!read_number(word + number + 1, n - number - 1, &out->task))
			return false;
		n = number;
	}
	out->name = xstrndup(word, n);
	return true;
}

static bool is_it(const struct job *j, const char *name)
{
	const char *base = strrchr(j->dir, '/');

	return !strcmp(j->number, name) || (base && !strcmp(base + 1, name));
}

static struct job *find(struct jobs *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (is_it(&l->v[i], name))
			return &l->v[i];
	return NULL;
}

static bool has_task(const struct job *j, int index)
{
	for (size_t i = 0; i < j->n_tasks; i++)
		if (j->tasks[i].index == index)
			return true;
	return false;
}

int jobs_find(struct jobs *l, const char *word, struct job **out, int *task, int *rank,
	struct err *e)
{
	struct job_word w = {0};
	AUTO_FREE char *name = NULL;
	struct job *j;
	int ranks;

	if (!job_word_read(word, &w))
		return err_set(e, ENOENT,
			"'%s' is no job: its number, as 'cnnrun jobs' shows it", word);
	name = w.name;
	j = find(l, name);
	if (!j)
		return err_set(e, ENOENT,
			"there is no job %s; 'cnnrun jobs --all' shows those of yours",
			name);
	if (w.task >= 0 && !has_task(j, w.task))
		return err_set(e, ENOENT, "job %s has no task %d%s", name, w.task,
			j->tasks[0].index < 0 ? ": it is no sweep" : "");
	ranks = j->nodes * j->per_node;
	if (w.rank >= ranks)
		return err_set(e, ENOENT, "job %s has %d rank%s, of which %d is none",
			name, ranks, ranks == 1 ? "" : "s", w.rank);
	*out = j;
	*task = w.task;
	*rank = w.rank;
	return 0;
}
