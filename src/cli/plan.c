/* SPDX-License-Identifier: MIT */
/* cnnrun plan: what would happen. */
#include <stdlib.h>

#include "base/mem.h"
#include "cli/face/show.h"
#include "convert/convert.h"
#include "launch/allow.h"
#include "launch/launch.h"
#include "launch/lock/lock.h"

/* The plan is shown, secrets are not. */
static void hide(const cJSON *values, const struct strv *marked)
{
	cJSON *v;

	cJSON_ArrayForEach(v, values)
	{
		if (looks_secret(v->string, v->valuestring) ||
			strv_has(marked, v->string))
			cJSON_SetValuestring(v, "****");
	}
}

static void hide_all(const cJSON *containers, const struct plan *p)
{
	const cJSON *o = json_get(containers, p->service ? p->service : "main");

	hide(json_get(json_get(o, "env"), "set"), &p->env_secret);
	hide(json_get(json_get(o, "build"), "args"), &p->env_secret);
	for (size_t i = 0; i < p->n_services; i++)
		hide_all(containers, &p->services[i]);
}

/* What is known of a plan besides itself. */
struct found {
	const struct resolved *s; /* NULL = there is no container */
	const struct rights *rights, *shares;
	const struct strv *lacks;
};

cJSON *plan_shown(const struct plan *p)
{
	cJSON *shown = plan_json(p);

	hide_all(json_get(shown, "containers"), p);
	return shown;
}

static int show_json(const struct evaluation *ev, const struct found *f, struct err *e)
{
	AUTO_JSON cJSON *j = cJSON_CreateObject();
	cJSON *each;
	AUTO_RIGHTS struct rights missing = {0};

	allow_missing(f->rights, &ev->src, &missing);
	if (ev->plan.taken.n)
		cJSON_AddItemToObject(j, "options", json_strv(&ev->plan.taken));
	cJSON_AddItemToObject(j, "plan", plan_shown(&ev->plan));
	if (f->lacks->n)
		cJSON_AddItemToObject(j, "would_fail", json_strv(f->lacks));
	if (f->s)
		cJSON_AddItemToObject(j, "resolved", resolved_json(f->s));
	if (ev->answers.recorded.n)
		cJSON_AddItemToObject(j, "runs", json_strv(&ev->answers.recorded));
	cJSON_AddItemToObject(j, "rights", rights_json(f->rights));
	cJSON_AddItemToObject(j, "not_granted", rights_json(&missing));
	each = ev->plan.n_services ? cJSON_AddObjectToObject(j, "rights_of") : NULL;
	for (size_t i = 0; each && i <= ev->plan.n_services; i++)
		cJSON_AddItemToObject(each, i ? ev->plan.services[i - 1].service : "main",
			rights_json(&f->shares[i]));
	return print_json(j, e);
}

static void free_shares(struct rights *shares, const struct plan *p)
{
	for (size_t i = 0; i <= p->n_services; i++)
		rights_free(&shares[i]);
	free(shares);
}

static void add_docker(struct buf *b, const struct resolved *s)
{
	AUTO_FREE char *text = docker_lines(s);

	buf_adds(b, text);
	if (b->n && b->p[b->n - 1] != '\n')
		buf_addc(b, '\n');
}

static void add_lacks(struct buf *b, const struct strv *lacks)
{
	if (lacks->n)
		buf_adds(b, "\nA run from here would fail:\n");
	for (size_t i = 0; i < lacks->n; i++)
		buf_addf(b, "  - %s\n", lacks->v[i]);
}

/* What is to be shown, once all is known. */
static int show(const struct evaluation *ev, const struct found *f, struct err *e)
{
	AUTO_BUF struct buf b = {0};

	if (opt_on(&ev->opts, "diff"))
		return show_diff(&ev->src, f->rights, e);
	if (opt_on(&ev->opts, "json"))
		return show_json(ev, f, e);
	if (opt_on(&ev->opts, "docker")) {
		add_docker(&b, f->s);
	} else {
		show_tree(&b, &ev->src, &ev->plan, f->s, &ev->answers.recorded, f->rights,
			f->shares);
		add_lacks(&b, f->lacks);
	}
	return print_out(&b, e);
}

static int resolve_and_show(struct evaluation *ev, struct rights *shares, struct err *e)
{
	const struct plan *p = &ev->plan;
	struct engine_facts unknown;
	AUTO_RESOLVED struct resolved s;
	AUTO_RIGHTS struct rights rights = {0};
	AUTO_STRV struct strv lacks = {0};
	AUTO_JSON cJSON *locked = NULL;
	const cJSON *entry = NULL;
	bool runs = ev->action == ACTION_RUN;
	/* a docker line, or a list of what is not granted, is whole or wrong */
	bool whole = opt_on(&ev->opts, "docker") || opt_on(&ev->opts, "diff");
	const struct found f = {runs ? &s : NULL, &rights, shares, &lacks};

	resolved_init(&s);
	cli_facts(ev->cli, false, &unknown);
	rights_add_all(&rights, &ev->answers.rights);
	if (runs && resolve_each(p, &unknown, &s, shares, whole ? NULL : &lacks, e) < 0)
		return -1;
	if (ev->action == ACTION_BUILD && resolve_image(p, &unknown, &s, &rights, e) < 0)
		return -1;
	for (size_t i = 0; i <= p->n_services; i++)
		rights_add_all(&rights, &shares[i]);
	if (locked_entry(ev, &locked, &entry, e) < 0 ||
		(entry && lock_check(entry, p, &s, e) < 0))
		return -1;
	return show(ev, &f, e);
}

int show_plan(struct evaluation *ev, struct err *e)
{
	bool docker = opt_on(&ev->opts, "docker");
	struct rights *shares;
	int rc;

	if (docker + opt_on(&ev->opts, "json") + opt_on(&ev->opts, "diff") > 1)
		return err_set(
			e, ERR_USAGE, "--json, --docker and --diff exclude each other");
	if (docker && ev->action != ACTION_RUN)
		return err_set(e, ERR_USAGE,
			"%s describes no container: there is no docker run",
			ev->src.shown);
	shares = xcalloc(ev->plan.n_services + 1, sizeof *shares);
	rc = resolve_and_show(ev, shares, e);
	free_shares(shares, &ev->plan);
	return rc;
}

static int plan(struct cli *c, const struct opts *o, struct err *e)
{
	AUTO_EVALUATION struct evaluation ev = {0};
	int status = evaluate(&ev, c, &command_plan, o->rest, ANSWER_RECORD, e);

	if (status)
		return status < 0 ? -1 : 0;
	return show_plan(&ev, e);
}

static const struct opt table[] = {
	{.name = "json", .about = "the plan and its resolved form as JSON"},
	{.name = "docker", .about = "the equal 'docker run' line"},
	{.name = "diff",
		.about = "only what differs from what is granted; exit status 1 then"},
};

const struct command command_plan = {
	.name = "plan",
	.usage = "[PROFILE] [--json | --docker | --diff] [the profile's own options] [-- "
		 "COMMAND...]",
	.about = "Say what a run would do, and what the container could do",
	.details = "Nothing is done, and no engine is asked.",
	.options = {"Options", table, COUNT_OF(table)},
	.profile = true,
	.container = true,
	.run = plan,
};
