/* SPDX-License-Identifier: MIT */
/* cnnrun --on slurm[:PARTITION] PROFILE: a job in place of a run. */
#include "cli/batch/submit.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/tree.h"
#include "batch/batch.h"
#include "cli/batch/follow.h"
#include "cli/batch/jobs_table.h"
#include "cli/batch/leave.h"
#include "cli/batch/submit_there.h"
#include "cli/face/hooks.h"
#include "cli/sweep.h"
#include "engine/wire/ssh.h"

static const char *const for_jobs[] = {"snapshot", "image-tar", "slurm"};

const char *submit_asked(const struct opts *o)
{
	for (size_t i = 0; i < COUNT_OF(for_jobs); i++)
		if (opt_on(o, for_jobs[i]) || opt_text(o, for_jobs[i]))
			return for_jobs[i];
	return NULL;
}

static void wish_of(const struct evaluation *ev, struct batch_wish *wish)
{
	const struct opts *o = &ev->opts;

	*wish = (struct batch_wish){.partition = ev->cli->partition,
		.snapshot = ev->cli->cluster || opt_on(o, "snapshot"),
		.there = ev->cli->cluster,
		.image_tar = opt_on(o, "image-tar")};
	for (size_t i = 0; i < o->n_given; i++)
		if (!strcmp(o->given[i].opt->name, "slurm"))
			strv_add(&wish->options, o->given[i].text);
}

static void wish_free(struct batch_wish *wish)
{
	strv_free(&wish->options);
}
#define AUTO_WISH __attribute__((cleanup(wish_free)))

int submit_script(const struct evaluation *ev, struct err *e)
{
	AUTO_BUF struct buf b = {0};
	AUTO_SWEEP struct sweep s = {0};
	AUTO_WISH struct batch_wish wish;

	wish_of(ev, &wish);
	if (batch_check(&ev->plan, e) < 0 || sweep_of(&s, ev, e) < 0 ||
		slurm_script(&ev->plan, &wish, s.n ? s.n_tasks : 0, &b, e) < 0)
		return -1;
	return print_out(&b, e);
}

/* The profile is evaluated once more, with what is another in this task. */
static int add_task(struct batch_job *j, struct cli *c, char *const *words,
	const struct strv *its, struct err *e)
{
	AUTO_EVALUATION struct evaluation ev = {0};
	AUTO_STRV struct strv all = {0};
	struct batch_task *t = &j->tasks[j->n_tasks];

	sweep_line(&all, words, its);
	if (evaluate(&ev, c, &command_run, all.v, ANSWER_ACT, e) < 0)
		return -1;
	t->plan = ev.plan;
	t->words = strv_join(its, " ");
	plan_init(&ev.plan);
	j->n_tasks++;
	return 0;
}

static int add_tasks(
	struct batch_job *j, struct evaluation *ev, char *const *words, struct err *e)
{
	AUTO_SWEEP struct sweep s = {0};
	char *allow = ev->cli->allow_command;
	int rc = 0;

	if (sweep_of(&s, ev, e) < 0)
		return -1;
	if (!s.n)
		return 0;
	if (!ev->cli->cluster && slurm_room(s.n_tasks, e) < 0)
		return e->code == EINVAL ? plan_fail(&ev->plan, "sweep/0", e) : -1;
	j->tasks = xcalloc(s.n_tasks, sizeof *j->tasks);
	ev->cli->allow_command = NULL;
	for (size_t i = 0; !rc && i < s.n_tasks; i++) {
		AUTO_STRV struct strv its = {0};

		sweep_words(&s, i, &its);
		rc = add_task(j, ev->cli, words, &its, e);
	}
	free(ev->cli->allow_command);
	ev->cli->allow_command = allow;
	evaluation_again(ev);
	return rc;
}

static int follow(const char *dir, struct err *e)
{
	AUTO_JOB struct job j = {0};
	AUTO_FREE char *path = path_join(dir, "log");
	AUTO_JOB_LOG struct job_log log = {.path = path, .rank = -1};
	int left_by;

	if (job_read(dir, &j, e) < 0 ||
		follow_job(&j, &j.tasks[0], &log, &left_by, e) < 0)
		return -1;
	return left_by ? 128 + left_by : job_end_status(&j, &j.tasks[0]);
}

/* How each ended that did not end well. */
static int end_of(const struct job *j, const struct batch_job *what)
{
	int first = 0;

	for (size_t i = 0; i < j->n_tasks; i++) {
		const struct job_task *t = &j->tasks[i];
		int status = job_end_status(j, t);

		if (!status)
			continue;
		first = first ? first : status;
		log_info("task %d of %zu failed: %s: status %d", t->index, j->n_tasks,
			(size_t)t->index < what->n_tasks ? what->tasks[t->index].words
							 : "",
			status);
	}
	return first;
}

static int follow_tasks(
	const char *dir, const struct batch_job *what, const char *job, struct err *e)
{
	AUTO_JOB struct job j = {0};
	struct jobs one = {.v = &j, .n = 1};
	int status;

	while ((status = jobs_watch(job, e)) > 128) {
		int fd = leave_begin();
		enum leave how = status == 128 + SIGINT ? leave_ask(job, fd) : LEAVE_IT;

		leave_end(fd);
		if (how == LEAVE_CANCEL &&
			(job_read(dir, &j, e) < 0 || job_cancel(&j, NULL, e) < 0))
			return -1;
		job_free(&j);
		if (how == LEAVE_IT) {
			log_info("job %s goes on; its tasks: cnnrun jobs %s; to end it: "
				 "cnnrun cancel %s",
				job, job, job);
			return status;
		}
	}
	if (status < 0 || job_read(dir, &j, e) < 0)
		return -1;
	jobs_ask(&one, NULL);
	return end_of(&j, what);
}

int submit_plan(struct evaluation *ev, char *const *words, struct err *e)
{
	AUTO_FREE char *dir = job_dir_new(), *job = NULL;
	AUTO_BUF struct buf b = {0};
	AUTO_WISH struct batch_wish wish;
	struct run_hooks hooks;
	const struct run_request r = {.plan = &ev->plan,
		.src = &ev->src,
		.rebuild = opt_on(&ev->opts, "rebuild")};
	AUTO_BATCH_JOB struct batch_job what = {.r = &r, .wish = &wish};
	struct engine *g;

	wish_of(ev, &wish);
	if (batch_check(&ev->plan, e) < 0 ||
		slurm_script(&ev->plan, &wish, 0, &b, e) < 0 ||
		cli_engine(ev->cli, &g, e) < 0 || add_tasks(&what, ev, words, e) < 0)
		return -1;
	if (!wish.there && (ev->cli->host || ev->cli->context))
		wish.engine = ev->cli->url;
	buf_free(&b);
	hooks = terminal_hooks(ev->cli);
	if (wish.there)
		return submit_there(ev, &what, &hooks, dir, e);
	if (batch_freeze(g, &what, &hooks, dir, e) < 0 ||
		slurm_submit(&what, dir, &job, e) < 0) {
		tree_remove(dir, NULL);
		return -1;
	}
	if (what.n_tasks)
		log_info("job %s of %zu tasks; their output: %s/task.*/log", job,
			what.n_tasks, dir);
	else
		log_info("job %s; its output: %s/log", job, dir);
	if (!opt_on(&ev->opts, "detach"))
		return what.n_tasks ? follow_tasks(dir, &what, job, e) : follow(dir, e);
	buf_addf(&b, "%s\n", job);
	return print_out(&b, e);
}
