/* SPDX-License-Identifier: MIT */
/* Without a launch: of one that runs on, or was killed. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "launch/carry/carry.h"
#include "launch/carry/each.h"
#include "launch/carry/over.h"
#include "launch/carry/work.h"
#include "launch/ledger/owner.h"

enum { JANITOR_SECONDS = 5 };

struct fetching {
	struct engine *g;
	const struct carry_request *r;
	const struct launch_events *events;
};

static bool is_profile(const char *path, const char *word)
{
	const char *base = path ? strrchr(path, '/') : NULL;
	AUTO_FREE char *cwd = cwd_get(NULL);
	AUTO_FREE char *whole = cwd ? path_join(cwd, word) : NULL;
	size_t n;

	if (!base)
		return false;
	n = strlen(word);
	return (whole && !strcmp(whole, path)) ||
	       (!strncmp(base + 1, word, n) &&
		       (!base[1 + n] || !strcmp(base + 1 + n, ".lua")));
}

static bool is_named(const struct fetching *f, const struct carry_state *st)
{
	const char *word = f->r->word;

	if (strcmp(st->url, engine_info(f->g)->url) != 0)
		return false;
	if (f->r->name) /* which one of another project may have had */
		return st->name && !strcmp(st->name, f->r->name) &&
		       (!f->r->project || !st->project ||
			       !strcmp(st->project, f->r->project));
	if (word && st->name && !strcmp(st->name, word))
		return true;
	if (!f->r->project || !st->project || strcmp(st->project, f->r->project) != 0)
		return false;
	return !word || is_profile(st->profile, word);
}

static int work(struct fetching *f, struct carry_state *st, struct ledger *ledger,
	bool *unsure, struct err *e)
{
	AUTO_FD int dir = carry_source(st, e);
	AUTO_FREE char *name = xasprintf("%s-fetch-%d", st->volume, (int)getpid());
	struct carry_work w = {
		.state = st, .dir = dir, .all = f->r->all, .unsure = unsure};
	bool whole = false;
	int rc = dir < 0 ? -1 : carry_state_lock(st, e);

	if (rc < 0)
		return -1;
	rc = carry_work_begin(&w, f->g, ledger, name, f->events, e);
	if (!rc && (st->comes || st->open))
		rc = carry_bring(&w, &whole, e);
	if (!rc && f->r->over)
		rc = carry_over(&w, false, e);
	carry_work_end(&w, f->events);
	if (!rc && f->r->last)
		st->stays = false;
	if (!rc)
		rc = carry_state_settle(st, whole || !st->comes, e);
	carry_state_unlock(st);
	return rc;
}

/* The janitor of one that has ended has it in use until it has put away what was left. */
static void await_janitor(const struct carry_state *st)
{
	const struct timespec pause = {.tv_nsec = 10000000};

	for (double until = clock_seconds() + JANITOR_SECONDS;
		!carry_state_alone(st) && clock_seconds() < until;)
		nanosleep(&pause, NULL);
}

static bool is_meant(void *ctx, const struct carry_state *st)
{
	const struct fetching *f = ctx;

	return is_named(f, st) && (st->comes || f->r->over);
}

static int fetch(void *ctx, struct carry_state *st, struct err *e)
{
	struct fetching *f = ctx;
	AUTO_RECORD struct record r = {.url = xstrdup(engine_info(f->g)->url)};
	const struct ledger_holds none = {0};
	struct ledger *ledger;
	bool unsure = false;
	int rc;

	if (ledger_open(&r, &none, &ledger, e) < 0)
		return -1;
	rc = carry_state_use(st, e);
	if (!rc && f->r->ended && !st->stays)
		await_janitor(st);
	if (!rc)
		rc = work(f, st, ledger, &unsure, e);
	ledger_close(ledger, unsure ? LEDGER_UNDO : LEDGER_CLEAN);
	return rc;
}

int carry_fetch(struct engine *g, const struct carry_request *r,
	const struct launch_events *events, size_t *n, struct err *e)
{
	struct fetching f = {.g = g, .r = r, .events = events};
	struct carry_each x = {.meant = is_meant, .bring = fetch, .ctx = &f};
	int rc = carry_each(&x, e);

	*n = x.n;
	return rc;
}

void carry_again(struct engine *g, const char *name, const struct kvs *labels,
	enum carry_when when, const struct progress_sink *news,
	void (*news_end)(void *ctx))
{
	const struct launch_events events = {.news = news, .news_end = news_end};
	const struct carry_request r = {.name = name,
		.project = kvs_get(labels, LABEL_PROJECT),
		.over = when == CARRY_ENTER,
		.ended = when == CARRY_END,
		.last = when == CARRY_REMOVE};
	struct err e = {0};
	size_t n;

	if (carry_fetch(g, &r, &events, &n, &e) < 0)
		log_error("%s; cnnrun fetch %s goes on", e.msg, name);
}

/* Of one volume. */
struct sought {
	const char *url, *volume;
	bool forget, awaited;
	char *source;
};

static int look(void *ctx, struct carry_state *st)
{
	struct sought *s = ctx;

	if (strcmp(st->url, s->url) != 0 || strcmp(st->volume, s->volume) != 0)
		return 0;
	if (s->forget) {
		carry_state_remove(st);
		return 1;
	}
	s->awaited = st->open && st->comes;
	s->source = xstrdup(st->source);
	return 1;
}

void carry_forget(const char *url, const char *volume)
{
	carry_states(look, &(struct sought){url, volume, true, false, NULL});
}

bool carry_awaited(const char *url, const char *volume, char **source)
{
	struct sought s = {.url = url, .volume = volume};

	carry_states(look, &s);
	*source = s.source;
	return s.awaited;
}
