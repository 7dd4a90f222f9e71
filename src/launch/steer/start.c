/* SPDX-License-Identifier: MIT */
/* cnn.start, cnn.run and cnn.build. What the user is asked, and images, come first, one
 * after the other and here; the launch itself is a worker's. */
#include <errno.h>

#include "base/mem.h"
#include "launch/steer/steer.h"
#include "launch/steer/worker.h"

static int read_plan(
	const struct steering *s, const cJSON *args, struct plan *p, struct err *e)
{
	plan_init(p);
	/* places in errors, and facts of this side, whatever the profile says */
	str_set(&p->profile, s->src->path);
	str_set(&p->project, s->src->project);
	if (plan_parse(p, json_get(args, "plan"), e) < 0)
		return -1;
	str_set(&p->profile, s->src->path);
	str_set(&p->project, s->src->project);
	return s->typed(s->typed_ctx, p, e) < 0 ? -1 : plan_check(p, e);
}

static const char *image_of(const struct plan *p)
{
	return p->build.wanted ? p->build.tag : p->image;
}

static int note(
	const struct steering *s, const struct plan *p, cJSON **reply, struct err *e)
{
	AUTO_RESOLVED struct resolved found;
	AUTO_STRV struct strv lacks = {
		0}; /* what this machine does, a plan goes without */
	AUTO_FREE struct rights *shares = xcalloc(p->n_services + 1, sizeof *shares);
	int rc;

	resolved_init(&found);
	rc = resolve_each(p, &s->notes->facts, &found, shares, &lacks, e);
	for (size_t i = 0; i <= p->n_services; i++) {
		if (!rc)
			rights_add_all(s->notes->rights, &shares[i]);
		rights_free(&shares[i]);
	}
	if (rc < 0)
		return -1;
	*reply = steer_note(s->notes, image_of(p), &p->set.command);
	return 0;
}

struct launch_work {
	const struct run_request *r;
	const struct run_hooks *h;
	struct run_ready *ready;
};

static int run(void *ctx, struct worker *w, int *status, struct err *e)
{
	const struct launch_work *l = ctx;
	struct run_request r = *l->r;
	struct run_hooks h = *l->h;

	r.io = w->io.take ? &w->io : NULL;
	h.events = &w->events;
	if (!w->handle->foreground) { /* the terminal has one progress at a time */
		h.news.event = NULL;
		h.news_end = NULL;
	}
	return run_launch(w->g, &r, &h, l->ready, status, e);
}

static int begin(struct steering *s, const cJSON *args, struct plan *p, cJSON **reply,
	struct err *e)
{
	AUTO_READY struct run_ready ready;
	const struct run_request r = {.plan = p, .src = s->src};
	struct launch_work l = {&r, s->hooks, &ready};
	struct work work = {.run = run,
		.ctx = &l,
		.label = json_str(args, "label"),
		.input = json_str(args, "input"),
		.shown = !json_bool(args, "capture", false)};
	struct handle *x;
	int rc;

	handles_signals_default(&s->handles, true);
	rc = run_prepare(s->engine, &r, s->hooks, &ready, e);
	handles_signals_default(&s->handles, false);
	if (rc < 0)
		return -1;
	x = handle_new(&s->handles);
	x->foreground = json_bool(args, "foreground", false);
	x->limit = steer_seconds(args, "timeout", 0);
	work.name = ready.s.set.name;
	work.digest = ready.s.image_id;
	if (worker_start(&s->handles, x, engine_info(s->engine)->url, &work, e) < 0)
		return -1;
	*reply = steer_begun(x);
	return 0;
}

/* What has it run more than once is the script's own loop. */
static int check_once(const struct plan *p, struct err *e)
{
	const char *key = p->set.n_sweep ? "sweep" : "retries";

	if (!p->set.n_sweep && !p->set.retries)
		return 0;
	err_set(e, EINVAL,
		"%s is for a profile that is run; a script calls cnn.run again", key);
	return plan_fail(p, p->set.n_sweep ? "sweep/0" : key, e);
}

/* What a script is told is a status, not a number of ours. */
static int failed(struct err *e)
{
	if (e->code != ERR_INTERRUPTED)
		e->code = 125;
	return -1;
}

int steer_start(struct steering *s, const cJSON *args, cJSON **reply, struct err *e)
{
	AUTO_PLAN struct plan p;

	if (read_plan(s, args, &p, e) < 0 || check_once(&p, e) < 0)
		return -1;
	if (s->notes)
		return note(s, &p, reply, e);
	if (!json_bool(args, "foreground", false) && p.set.tty < 0)
		p.set.tty = 0; /* that is somebody else's */
	if (steer_turn(s, json_int(args, "jobs", 0), e) < 0)
		return -1;
	return begin(s, args, &p, reply, e) < 0 ? failed(e) : 0;
}

int steer_build(struct steering *s, const cJSON *args, cJSON **reply, struct err *e)
{
	AUTO_PLAN struct plan p;
	AUTO_RESOLVED struct resolved found;
	AUTO_FREE char *id = NULL;
	const struct run_request r = {.plan = &p, .src = s->src};
	int rc;

	resolved_init(&found);
	if (read_plan(s, args, &p, e) < 0)
		return -1;
	if (s->notes) {
		if (resolve_image(&p, &s->notes->facts, &found, s->notes->rights, e) < 0)
			return -1;
		*reply = steer_note(s->notes, image_of(&p), NULL);
		return 0;
	}
	handles_signals_default(&s->handles, true);
	rc = run_build(s->engine, &r, s->hooks, &id, e);
	handles_signals_default(&s->handles, false);
	if (rc < 0)
		return failed(e);
	*reply = cJSON_CreateObject();
	json_put(*reply, "image", image_of(&p));
	json_put(*reply, "id", id);
	return 0;
}
