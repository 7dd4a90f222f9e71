/* SPDX-License-Identifier: MIT */
#include "cli/batch/jobs_table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "batch/job_metric.h"
#include "cli/face/table.h"
#include "cli/face/words.h"

enum { STATES = JOB_LOST + 1 };

static bool state_runs(enum job_state s)
{
	return s == JOB_RUNNING;
}

static bool state_waits(enum job_state s)
{
	return s == JOB_WAITING;
}

static bool state_is_bad(enum job_state s)
{
	return s != JOB_RUNNING && s != JOB_WAITING && s != JOB_DONE;
}

static bool state_any(enum job_state s)
{
	(void)s;
	return true;
}

/* "running", of a sweep "3 running, 1 failed, 8 done". */
static char *state_words(const struct job *j)
{
	static const enum job_state order[] = {JOB_RUNNING, JOB_WAITING, JOB_UNKNOWN,
		JOB_FAILED, JOB_LOST, JOB_TIMED_OUT, JOB_CANCELLED, JOB_DONE};
	size_t n[STATES] = {0};
	AUTO_BUF struct buf b = {0};

	if (j->n_tasks == 1)
		return xstrdup(job_state_word(j->tasks[0].state));
	for (size_t i = 0; i < j->n_tasks; i++)
		n[j->tasks[i].state]++;
	for (size_t i = 0; i < COUNT_OF(order); i++)
		if (n[order[i]])
			buf_addf(&b, "%s%zu %s", b.n ? ", " : "", n[order[i]],
				job_state_word(order[i]));
	return buf_take(&b);
}

static void number_cell(struct table *t, int64_t n)
{
	AUTO_FREE char *text = n < 0 ? NULL : xasprintf("%lld", (long long)n);

	table_cell(t, text);
}

static void age_cell(struct table *t, int64_t seconds)
{
	AUTO_BUF struct buf b = {0};

	if (seconds >= 0)
		add_age(&b, seconds);
	table_cell(t, b.p);
}

static int64_t least_left(const struct job *j)
{
	int64_t left = -1;

	for (size_t i = 0; i < j->n_tasks; i++)
		if (j->tasks[i].left >= 0 && (left < 0 || j->tasks[i].left < left))
			left = j->tasks[i].left;
	return left;
}

/* Where it runs, or what it waits for. */
static const char *place(const struct job_task *t)
{
	return t->why ? t->why : t->hosts;
}

static int64_t ago(int64_t when)
{
	int64_t now = time(NULL);

	return when < 0 ? -1 : now > when ? now - when : 0;
}

static void job_row(struct table *t, const struct job *j)
{
	AUTO_FREE char *state = state_words(j);
	int status = job_ended(job_state(j)) ? job_status(j) : -1;

	table_cell(t, j->number);
	table_cell(t, j->profile);
	table_cell(t, state);
	number_cell(t, status);
	number_cell(t, j->nodes);
	table_cell(t, j->n_tasks == 1 ? place(&j->tasks[0]) : NULL);
	age_cell(t, least_left(j));
	age_cell(t, ago(j->submitted));
}

void jobs_table(struct buf *b, const struct jobs *l, bool fits, size_t rows)
{
	static const char *const heading[] = {
		"JOB", "PROFILE", "STATE", "STATUS", "NODES", "ON", "LEFT", "AGE", NULL};
	size_t n = rows && l->n > rows ? rows - 1 : l->n;
	AUTO_TABLE struct table t = {0};

	table_begin(&t, heading);
	for (size_t i = 0; i < n; i++)
		job_row(&t, &l->v[i]);
	if (fits)
		table_fit(&t);
	table_print(&t, b);
	if (n < l->n)
		buf_addf(b, "and %zu more\n", l->n - n);
}

/* To its end at the pace it has; else to its time limit. */
static int64_t about_left(const struct job_task *t, const struct job_metric *m)
{
	int64_t took = ago(t->began);

	if (t->state != JOB_RUNNING)
		return -1;
	if (m->step <= m->from || m->of < m->step || took < 0)
		return t->left;
	return (int64_t)((double)took * (double)(m->of - m->step) /
			 (double)(m->step - m->from));
}

static char *progress_words(const struct job_metric *m)
{
	if (m->step < 0)
		return NULL;
	return m->of < 0 ? xasprintf("%lld", (long long)m->step)
			 : xasprintf("%lld/%lld", (long long)m->step, (long long)m->of);
}

/* Of what went wrong its last line, which says why. */
static char *last_words(const struct job_task *t, const struct job_metric *m)
{
	AUTO_BUF struct buf b = {0};

	if (state_is_bad(t->state) && m->line)
		return xstrdup(m->line);
	if (isfinite(m->loss))
		buf_addf(&b, "loss %.4f", m->loss);
	if (isfinite(m->acc))
		buf_addf(&b, "%sacc %.4f", b.n ? " " : "", m->acc);
	return b.n ? buf_take(&b) : xstrdup(m->line);
}

static void task_row(struct table *table, const struct job *j, const struct job_task *t)
{
	AUTO_METRIC struct job_metric m;
	AUTO_FREE char *name = job_task_name(j, t), *progress = NULL, *last = NULL;

	job_metric_read(j, t, &m);
	progress = progress_words(&m);
	last = last_words(t, &m);
	table_cell(table, name);
	table_cell(table, job_state_word(t->state));
	number_cell(table, t->status);
	table_cell(table, place(t));
	if (t->index >= 0)
		table_cell(table, m.words);
	table_cell(table, progress);
	age_cell(table, about_left(t, &m));
	table_cell(table, last);
}

/* Which of them are shown where there is no room for all: what went wrong, of which half
 * the room is enough, what runs, then in their order what waits and what is done. */
static size_t choose(const struct job *j, size_t room, bool *shown)
{
	static bool (*const is[])(enum job_state) = {
		state_is_bad, state_runs, state_is_bad, state_waits, state_any};
	size_t n = 0;

	for (size_t round = 0; round < COUNT_OF(is); round++) {
		size_t most = round == 0 ? (room + 1) / 2 : room;

		for (size_t i = 0; i < j->n_tasks && n < most; i++)
			if (!shown[i] && is[round](j->tasks[i].state)) {
				shown[i] = true;
				n++;
			}
	}
	return n;
}

/* "12 tasks: 3 running, 1 failed, 8 done" */
static void count_line(struct buf *b, const struct job *j, size_t n, bool fits)
{
	AUTO_FREE char *states = state_words(j), *line = NULL;

	if (j->n_tasks == 1)
		return;
	line = n == j->n_tasks
		       ? xasprintf("%zu tasks: %s", j->n_tasks, states)
		       : xasprintf("%zu tasks, %zu shown: %s", j->n_tasks, n, states);
	if (fits)
		line_fit(&line);
	buf_addf(b, "%s\n", line);
}

void tasks_table(struct buf *b, const struct job *j, bool fits, size_t rows)
{
	static const char *const heading[] = {
		"JOB", "STATE", "STATUS", "ON", "STEP", "LEFT", "LAST", NULL};
	static const char *const sweep[] = {
		"JOB", "STATE", "STATUS", "ON", "WITH", "STEP", "LEFT", "LAST", NULL};
	size_t room = rows && j->n_tasks > rows ? rows : j->n_tasks, n;
	AUTO_FREE bool *shown = xcalloc(j->n_tasks, sizeof *shown);
	AUTO_TABLE struct table t = {.ends_in_text = true};

	n = choose(j, room, shown);
	table_begin(&t, j->tasks[0].index < 0 ? heading : sweep);
	for (size_t i = 0; i < j->n_tasks; i++)
		if (shown[i])
			task_row(&t, j, &j->tasks[i]);
	if (fits)
		table_fit(&t);
	table_print(&t, b);
	count_line(b, j, n, fits);
}
