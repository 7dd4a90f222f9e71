/* SPDX-License-Identifier: MIT */
#include "cli/at_once.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "cli/face/hooks.h"
#include "launch/gpu/free.h"
#include "launch/steer/listen.h"
#include "launch/steer/worker.h"

int at_once_of(struct evaluation *ev)
{
	const struct settings *s = &ev->plan.set;
	struct listener l = {.profile = ev->profile, .door = &ev->door};
	struct launch_events events = {0};
	int n = s->parallel;

	if (!n && s->gpus.select == GPU_COUNT && s->gpus.vendor != GPU_AMD)
		n = (int)gpus_free(&s->gpus) / s->gpus.count;
	if (n > 1 && listen_begin(&l, &events)) {
		log_warn("c:on hears of one container: one task after the other");
		return 1;
	}
	return n > HANDLES_AT_ONCE ? HANDLES_AT_ONCE : n;
}

struct task {
	struct handle *x; /* NULL = none runs here */
	size_t index;
};

struct tasks {
	struct cli *c;
	char *const *words;
	const struct sweep *s;
	struct handles h;
	struct task v[HANDLES_AT_ONCE];
	int n, first; /* so many at once; the first status that is not 0 */
};

struct one {
	const struct run_request *r;
	const struct run_hooks *h;
	struct run_ready *ready;
};

static int run(void *ctx, struct worker *w, int *status, struct err *e)
{
	const struct one *o = ctx;
	struct run_request r = *o->r;
	struct run_hooks h = *o->h;
	int again = 0, rc;

	r.io = &w->io;
	h.events = &w->events;
	h.news.event = NULL; /* the terminal has one progress at a time */
	h.news_end = NULL;
	rc = run_launch(w->g, &r, &h, o->ready, status, e);
	while (!rc && goes_on(&r.plan->set, *status, &again))
		rc = run_plan(w->g, &r, &h, status, e);
	return rc;
}

/* Each has its own, or they would all have the first. */
static void own_gpus(struct plan *p)
{
	struct plan_gpus *g = &p->set.gpus;

	if (p->set.tty < 0)
		p->set.tty = 0;
	if (g->select != GPU_COUNT || g->vendor == GPU_AMD)
		return;
	g->pick = GPU_PICK_FREE;
	if (!g->wait)
		g->wait = -1;
}

static int start(struct tasks *t, struct task *to, struct evaluation *ev,
	const char *label, struct err *e)
{
	AUTO_READY struct run_ready ready = {0};
	AUTO_JSON cJSON *locked = NULL;
	const struct run_hooks hooks = terminal_hooks(t->c);
	struct run_request r = {.plan = &ev->plan,
		.src = &ev->src,
		.rebuild = opt_on(&ev->opts, "rebuild") && !to->index};
	struct one one = {&r, &hooks, &ready};
	struct work work = {.run = run, .ctx = &one, .label = label, .shown = true};
	struct engine *g;
	int rc;

	own_gpus(&ev->plan);
	if (locked_entry(ev, &locked, &r.locked, e) < 0 || cli_engine(t->c, &g, e) < 0)
		return -1;
	handles_signals_default(&t->h, true);
	rc = run_prepare(g, &r, &hooks, &ready, e);
	handles_signals_default(&t->h, false);
	if (rc < 0)
		return -1;
	to->x = handle_new(&t->h);
	work.name = ready.s.set.name;
	work.digest = ready.s.image_id;
	rc = worker_start(&t->h, to->x, engine_info(g)->url, &work, e);
	if (rc < 0)
		to->x = NULL;
	return rc;
}

static void ended(struct tasks *t, size_t index, int status)
{
	if (status)
		log_info("task %zu of %zu: status %d", index + 1, t->s->n_tasks, status);
	t->first = t->first ? t->first : status;
}

static void begin(struct tasks *t, struct task *to, size_t index)
{
	AUTO_EVALUATION struct evaluation ev = {0};
	AUTO_STRV struct strv all = {0}, its = {0};
	AUTO_FREE char *said = NULL;
	struct err e = {0};

	sweep_words(t->s, index, &its);
	sweep_line(&all, t->words, &its);
	said = its.n ? strv_join(&its, " ") : xasprintf("task %zu", index + 1);
	log_info("task %zu of %zu: %s", index + 1, t->s->n_tasks, said);
	to->index = index;
	if (evaluate(&ev, t->c, &command_run, all.v, ANSWER_ACT, &e) < 0 ||
		start(t, to, &ev, said, &e) < 0)
		ended(t, index, cli_fail(t->c, 125, &e));
}

/* Counts those that have ended. */
static bool one_is_free(void *ctx)
{
	struct tasks *t = ctx;
	bool is = false;

	for (int i = 0; i < t->n; i++) {
		struct task *one = &t->v[i];
		struct handle *x = one->x;

		if (x && !handle_ended(x))
			continue;
		is = true;
		if (!x)
			continue;
		ended(t, one->index,
			x->failed ? cli_fail(t->c, x->why->code, x->why)
				  : json_int(x->result, "code", 125));
		x->told_end = true;
		one->x = NULL;
	}
	return is;
}

static bool all_are_free(void *ctx)
{
	struct tasks *t = ctx;

	one_is_free(t);
	for (int i = 0; i < t->n; i++)
		if (t->v[i].x)
			return false;
	return true;
}

int at_once_run(struct cli *c, char *const *words, const struct sweep *s, int n)
{
	struct tasks t = {.c = c, .words = words, .s = s, .n = n};
	struct err e = {0};
	int rc = 0, sig;

	for (size_t i = 0; rc >= 0 && i < s->n_tasks; i++) {
		struct task *to = t.v;

		rc = handles_wait(&t.h, one_is_free, &t, -1, 0, &e);
		while (to->x)
			to++;
		if (rc >= 0)
			begin(&t, to, i);
	}
	if (rc >= 0)
		rc = handles_wait(&t.h, all_are_free, &t, -1, 0, &e);
	sig = t.h.interrupted;
	handles_end(&t.h);
	return rc < 0 ? 128 + sig : t.first;
}
