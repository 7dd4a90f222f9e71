/* SPDX-License-Identifier: MIT */
/* cnnrun jobs: the jobs of this user, and how they stand. */
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "cli/batch/jobs_table.h"
#include "cli/batch/leave.h"
#include "cli/batch/live.h"
#include "cli/batch/there.h"
#include "cli/batch/word.h"

enum { RECENT = 7 * 86400, WATCH_MS = 2000 };

/* Those of old that have ended are left out. */
static void leave_old(struct jobs *l)
{
	struct jobs old = {.v = xcalloc(l->n, sizeof *old.v)};
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		if ((!job_ended(job_state(&l->v[i])) &&
			    job_state(&l->v[i]) != JOB_UNKNOWN) ||
			l->v[i].submitted > time(NULL) - RECENT)
			l->v[n++] = l->v[i];
		else
			old.v[old.n++] = l->v[i];
	l->n = n;
	jobs_free(&old);
}

/* Only those that word names, or all. The others are freed. */
static int gather(const char *word, struct jobs *out, struct err *e)
{
	AUTO_JOB_NAMED struct job_named n = {0};

	if (!word) {
		jobs_list(out, NULL);
		return 0;
	}
	if (job_named(word, &n, e) < 0)
		return -1;
	out->v = xcalloc(1, sizeof *out->v);
	out->n = 1;
	*out->v = n.job;
	n.job = (struct job){0};
	return 0;
}

static void ask(struct jobs *l, bool *silent)
{
	struct err why = {0};

	if (jobs_ask(l, &why) == 0) {
		*silent = false;
		return;
	}
	if (!*silent)
		log_warn("%s: of what has not ended nobody knows more", why.msg);
	*silent = true;
}

static int show(const struct opts *o, struct buf *b, bool *silent, size_t rows,
	bool *goes_on, struct err *e)
{
	const char *word = o->n_args ? o->args[0] : NULL;
	AUTO_JOBS struct jobs l = {0};

	if (gather(word, &l, e) < 0)
		return -1;
	ask(&l, silent);
	if (!opt_on(o, "all") && !word)
		leave_old(&l);
	if (opt_on(o, "json")) {
		AUTO_JSON cJSON *list = jobs_json(&l, word != NULL);

		return print_json(list, e);
	}
	*goes_on = false;
	for (size_t i = 0; i < l.n; i++)
		*goes_on |= *silent || job_state(&l.v[i]) == JOB_WAITING ||
			    job_state(&l.v[i]) == JOB_RUNNING;
	if (word)
		tasks_table(b, l.v, !opt_on(o, "no-trunc"), rows);
	else
		jobs_table(b, &l, !opt_on(o, "no-trunc"), rows);
	return 0;
}

/* For completion: the scheduler is not asked. */
static int show_ids(bool all, struct err *e)
{
	AUTO_JOBS struct jobs l = {0};
	AUTO_BUF struct buf b = {0};

	jobs_list(&l, NULL);
	for (size_t i = 0; i < l.n; i++)
		if (all || job_state(&l.v[i]) == JOB_UNKNOWN)
			buf_addf(&b, "%s\n", l.v[i].number);
	return print_out(&b, e);
}

/* Where there is no terminal, once at the end. */
static int watch(const struct opts *o, struct err *e)
{
	int fd = leave_begin(), sig = 0, rc = 0;
	struct live live = {0};
	bool silent = false, goes_on = true;

	while (!sig && !rc && goes_on) {
		AUTO_BUF struct buf b = {0};

		rc = show(o, &b, &silent, live_rows(), &goes_on, e);
		if (!rc && (live_rows() || !goes_on))
			rc = live_draw(&live, &b, e);
		if (goes_on && !rc)
			sig = leave_watch(fd, -1, WATCH_MS);
	}
	leave_end(fd);
	return rc < 0 ? -1 : sig ? 128 + sig : 0;
}

int jobs_watch(const char *job, struct err *e)
{
	const char *args[] = {job, NULL};
	const struct opts o = {.args = args, .n_args = 1};

	return watch(&o, e);
}

static int jobs(struct cli *c, const struct opts *o, struct err *e)
{
	AUTO_BUF struct buf b = {0};
	bool silent = false, goes_on;

	if (cli_no_more(o, 1, e) < 0)
		return -1;
	if (opt_on(o, "watch") && opt_on(o, "json"))
		return err_set(e, ERR_USAGE, "--watch and --json exclude each other");
	if (c->cluster)
		return there_command(c, "jobs", o, e);
	if (opt_on(o, "ids"))
		return show_ids(opt_on(o, "all"), e);
	if (opt_on(o, "watch"))
		return watch(o, e);
	return show(o, &b, &silent, 0, &goes_on, e) < 0 ? -1 : print_out(&b, e);
}

static const struct opt table[] = {
	{.name = "all",
		.letter = 'a',
		.about = "those too that ended more than 7 days ago"},
	{.name = "watch",
		.letter = 'w',
		.about = "until they have ended: drawn anew on a terminal, else once "
			 "then"},
	{.name = "ids",
		.letter = 'q',
		.about = "only the numbers, of those that have not ended yet; with --all "
			 "of "
			 "all"},
	{.name = "no-trunc",
		.about = "whole names, where the terminal is too narrow for them"},
	{.name = "json", .about = "as JSON"},
};

const struct command command_jobs = {
	.name = "jobs",
	.usage = "[OPTIONS] [JOB]",
	.about = "List your jobs of a cluster; of one, its tasks and how far they are",
	.options = {"Options", table, COUNT_OF(table)},
	.run = jobs,
};
