/* SPDX-License-Identifier: MIT */
/* The part of an evaluation in which the profile's setup runs. */
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "cli/batch/submit_there.h"
#include "cli/evaluate.h"
#include "cli/face/hooks.h"
#include "launch/allow.h"
#include "right/spelled.h"

int evaluation_bound(struct evaluation *ev, struct err *e)
{
	const cJSON *list = json_get(ev->about, "rights"), *i;

	cJSON_ArrayForEach(i, list)
	{
		if (right_read(i->valuestring, &ev->bound, e) < 0) {
			e->code = EINVAL;
			return err_wrap(e, "%s: rights", ev->src.shown);
		}
	}
	ev->cli->bound = list ? &ev->bound : NULL;
	return 0;
}

int evaluation_typed(struct evaluation *ev, struct err *e)
{
	for (size_t i = 0; i < ev->opts.n_given; i++)
		if (!strcmp(ev->opts.given[i].opt->name, "right") &&
			right_read(ev->opts.given[i].text, &ev->typed, e) < 0)
			return -1;
	return 0;
}

/* A profile gets what looks like a secret only where it may know that variable. */
static int may_know(struct evaluation *ev, struct err *e)
{
	const struct run_hooks hooks = terminal_hooks(ev->cli);
	AUTO_RIGHTS struct rights needed = {0};

	for (size_t i = 0; i < ev->own.n; i++) {
		const struct profile_option *o = &ev->own.v[i];

		if (o->got && looks_like_token(o->env, o->got))
			rights_add(&needed, RIGHT_VARIABLE, o->env);
	}
	rights_add_all(&ev->answers.rights, &needed);
	if (!needed.n || ev->answers.mode != ANSWER_ACT)
		return 0;
	return allow(&needed, &ev->src, &hooks.consent, e);
}

/* Whatever the profile calls it. */
static void hide(struct plan *p, const char *value)
{
	for (size_t i = 0; *value && i < p->env.n; i++)
		if (strstr(p->env.v[i].value, value))
			strv_add(&p->env_secret, p->env.v[i].key);
	for (size_t i = 0; i < p->n_services; i++)
		hide(&p->services[i], value);
}

static void note_taken(struct evaluation *ev)
{
	for (size_t i = 0; i < ev->own.n; i++) {
		const struct profile_option *o = &ev->own.v[i];
		bool secret = o->got && looks_like_token(o->env, o->got);

		if (o->got)
			strv_addf(&ev->plan.taken, "--%s %s, from %s", o->name,
				secret ? "****" : o->got, o->env);
		if (secret)
			hide(&ev->plan, o->got);
	}
}

/* A script that was only noted, and went on without end: what was noted stands. */
static bool goes_on(struct evaluation *ev, const struct err *e)
{
	if (ev->answers.mode != ANSWER_RECORD || e->code != ETIME ||
		!ev->answers.recorded.n)
		return false;
	str_set(&ev->cut, "");
	strv_add(&ev->answers.recorded, "what follows depends on what runs");
	ev->action = ACTION_NONE;
	return true;
}

static void note_cut(struct evaluation *ev)
{
	bool broken = false;
	const char *cut = profile_cut(ev->profile, &broken);

	if (ev->answers.mode != ANSWER_RECORD || !cut)
		return;
	str_set(&ev->cut, cut);
	strv_addf(&ev->answers.recorded, "from %s on it depends on what runs", cut);
	if (broken)
		ev->action = ACTION_NONE;
}

int evaluation_plan(struct evaluation *ev, struct err *e)
{
	bool detached;
	AUTO_JSON cJSON *values = profile_options_values(&ev->own, &ev->opts),
			*plan = NULL;

	plan_init(&ev->plan);
	if (may_know(ev, e) < 0)
		return -1;
	if (ev->answers.mode == ANSWER_ACT)
		profile_let_steer(ev->profile);
	if (profile_plan(ev->profile, &ev->door, values, &plan, e) < 0 && !goes_on(ev, e))
		return -1;
	if (*ev->answers.beyond.msg) {
		*e = ev->answers.beyond;
		return -1;
	}
	note_cut(ev);
	str_set(&ev->plan.profile, ev->src.path);
	str_set(&ev->plan.project, ev->src.project);
	if (ev->answers.mode == ANSWER_ACT && allow_source(&ev->src, e) < 0)
		return -1;
	if (ev->action != ACTION_NONE && plan_parse(&ev->plan, plan, e) < 0)
		return -1;
	note_taken(ev);
	/* Facts of this side, whatever the profile says. */
	str_set(&ev->plan.profile, ev->src.path);
	str_set(&ev->plan.project, ev->src.project);
	if (!ev->plan.about)
		str_set(&ev->plan.about, json_str(ev->about, "about"));
	detached = ev->plan.set.detach;
	if (apply_overrides(&ev->plan, &ev->opts, e) < 0)
		return -1;
	if (ev->cli->partition) /* typed, it is about who watches the job */
		ev->plan.set.detach = detached;
	if (ev->cli->cluster && ev->action == ACTION_RUN &&
		submit_there_check(&ev->plan, e) < 0)
		return -1;
	return ev->action == ACTION_NONE ? 0 : plan_check(&ev->plan, e);
}
