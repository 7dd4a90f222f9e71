/* SPDX-License-Identifier: MIT */
#include "cli/batch/there_fetch.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "batch/hand/hand.h"
#include "cli/batch/there.h"
#include "cli/face/hooks.h"
#include "launch/carry/away.h"
#include "profile/profile.h"

enum { ENDS_IN = 200 }; /* hundredths of a second */

/* Its engine, if it has one, carries by the same address. */
static char *url_of(struct cli *c, struct err *e)
{
	const char *url;

	return cli_elsewhere(c, &url, e) < 0 ? NULL : xasprintf("%s+slurm", url);
}

static void add_path(struct strv *only, const struct plan *p, const char *path)
{
	AUTO_FREE char *full = path_join(p->project, path);
	const char *below = path_below(full, p->project);

	if (below && !strv_has(only, below))
		strv_add(only, below);
}

/* Where it may write. */
static void add_paths(struct strv *only, const struct plan *p)
{
	for (size_t i = 0; i < p->n_mounts; i++)
		if (p->mounts[i].type == MOUNT_BIND && !p->mounts[i].readonly)
			add_path(only, p, p->mounts[i].source);
	if (p->home)
		add_path(only, p, p->home);
	for (size_t i = 0; i < p->n_services; i++)
		add_paths(only, &p->services[i]);
}

bool there_await_files(struct cli *c, const struct batch_job *what, const char *dir,
	const char *number, const char *there)
{
	AUTO_FREE char *snapshot = path_join(dir, HAND_SNAPSHOT);
	const struct plan *p = what->r->plan;
	const char *slash = there ? strrchr(there, '/') : NULL;
	struct err e = {0};
	AUTO_FREE char *url = url_of(c, &e);
	AUTO_STRV struct strv only = {0};
	const struct away a = {.url = url,
		.copy = slash ? slash + 1 : "",
		.name = number,
		.project = p->project,
		.profile = p->profile};

	add_paths(&only, p);
	for (size_t i = 0; i < what->n_tasks; i++)
		add_paths(&only, &what->tasks[i].plan);
	if (!only.n)
		return false;
	if (!*a.copy)
		err_set(&e, EPROTO, "it is not said where it is");
	if (url && *a.copy && away_begin(&a, snapshot, &only, &e) == 0)
		return true;
	log_warn("what job %s makes will not come home: %s", number, e.msg);
	return false;
}

/* One of them on its way. */
struct fetching {
	struct cli *c;
	struct ssh_there t;
	struct away_copy copy;
};

/* What kept it from its first word. */
static int explain(struct fetching *f, struct err *e)
{
	int status = 0;

	ssh_there_ended(&f->t, true, &status);
	if (f->t.lost || status != THERE_NO_JOB)
		return there_failed(f->c, &f->t, "job-give", status, e);
	f->copy.gone = true;
	return err_set(e, ENOENT, "%s does not keep its files any more", f->c->cluster);
}

static int begin(void *ctx, struct stream **out, struct err *e)
{
	struct fetching *f = ctx;
	ssize_t k;
	char word;
	AUTO_STRV struct strv words = {0};
	int ends[2], rc;

	there_words(&words, "job-give");
	strv_add(&words, f->copy.name);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return err_errno(e, "socketpair");
	f->t = (struct ssh_there){.in = ends[1], .out = ends[1], .own_group = true};
	rc = there_begin(f->c, &words, &f->t, e);
	close(ends[1]);
	do
		k = rc < 0 ? 0 : read(ends[0], &word, 1);
	while (k < 0 && errno == EINTR && !launch_end_asked());
	if (k <= 0) {
		close(ends[0]);
		if (launch_end_asked())
			return err_set(e, ERR_INTERRUPTED, "interrupted");
		return rc < 0 ? -1 : explain(f, e);
	}
	f->copy.ended = word == THERE_ENDED_SO_FAR;
	*out = stream_of(ends[0]);
	return 0;
}

static void end(void *ctx)
{
	struct fetching *f = ctx;
	const struct timespec pause = {.tv_nsec = 10000000};
	int status;

	/* by itself, with a word of how it went, unless the other side is mute */
	for (int i = 0; i < ENDS_IN && f->t.pid > 0 && !launch_end_asked(); i++)
		if (!ssh_there_ended(&f->t, false, &status))
			nanosleep(&pause, NULL);
	ssh_there_end(&f->t);
}

/* Of a job, or of all that were submitted in this project. *n: how many there are. */
static int fetch(struct cli *c, const char *job, bool all, size_t *n, struct err *e)
{
	AUTO_FREE char *url = url_of(c, e), *project = project_find(NULL);
	const struct run_hooks hooks = terminal_hooks(c);
	const struct launch_events events = {
		.news = &hooks.news, .news_end = hooks.news_end};
	struct fetching f = {.c = c};
	const struct away_wish wish = {.url = url,
		.name = job,
		.project = project,
		.all = all,
		.events = &events,
		.way = {begin, end, &f},
		.copy = &f.copy};

	if (!url)
		return -1;
	if (away_fetch(&wish, n, e) == 0)
		return 0;
	return f.t.lost && e->code != ERR_INTERRUPTED ? there_lost(c, e) : -1;
}

int there_bring(struct cli *c, const char *number)
{
	AUTO_FREE char *typed = there_typed(c);
	struct err e = {0};
	size_t n;

	if (fetch(c, number, false, &n, &e) == 0)
		return 0;
	log_error("what job %s made did not all come home: %s; to go on: %s fetch %s",
		number, e.msg, typed, number);
	return e.code == ERR_INTERRUPTED ? 128 + SIGINT : 125;
}

int there_fetch(struct cli *c, const struct opts *o, struct err *e)
{
	const char *name = o->n_args ? o->args[0] : NULL;
	size_t n;

	if (cli_no_more(o, 1, e) < 0 || fetch(c, name, opt_on(o, "all"), &n, e) < 0)
		return -1;
	if (n)
		return 0;
	return name ? err_set(e, 0,
			      "nothing of job %s is awaited: it has come home, or it "
			      "may not write into the project, or was not submitted "
			      "from here",
			      name)
		    : err_set(e, 0, "no job's files are awaited in this project");
}
