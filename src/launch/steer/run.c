/* SPDX-License-Identifier: MIT */
/* cnn.run. */
#include "base/clock.h"
#include "base/mem.h"
#include "launch/steer/outcome.h"

static int note(const struct steering *s, const struct plan *p, bool capture,
	cJSON **reply, struct err *e)
{
	AUTO_RESOLVED struct resolved found;

	resolved_init(&found);
	if (resolve(p, &s->notes->facts, &found, s->notes->rights, e) < 0)
		return -1;
	*reply = outcome_noted(s->notes, p->build.wanted ? p->build.tag : p->image,
		&p->set.command, capture);
	return 0;
}

int steer_run(const struct steering *s, const cJSON *args, cJSON **reply, struct err *e)
{
	const bool capture = json_bool(args, "capture", false);
	AUTO_BUF struct buf out = {0}, err = {0};
	struct launch_io io = {.out = &out, .err = &err, .in = json_str(args, "input")};
	AUTO_PLAN struct plan p;
	struct run_request r = {.plan = &p, .src = s->src, .io = capture ? &io : NULL};
	double start = clock_seconds();
	int status;

	plan_init(&p);
	str_set(&p.profile, s->src->path);
	str_set(&p.project, s->src->project);
	if (plan_parse(&p, json_get(args, "plan"), e) < 0)
		return -1;
	str_set(&p.profile, s->src->path);
	str_set(&p.project, s->src->project);
	if (s->notes)
		return note(s, &p, capture, reply, e);
	if (run_plan(s->engine, &r, s->hooks, &status, e) < 0) {
		e->code = status;
		return -1;
	}
	*reply = outcome(status, clock_seconds() - start, capture ? &out : NULL,
		capture ? &err : NULL);
	return 0;
}
