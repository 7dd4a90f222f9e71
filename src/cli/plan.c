/* SPDX-License-Identifier: MIT */
/* cnnrun plan: what would happen. */
#include <stdlib.h>

#include "base/mem.h"
#include "cli/face/show.h"
#include "launch/allow.h"
#include "launch/launch.h"

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

static int show_json(const struct evaluation *ev, const struct resolved *s,
	const struct rights *rights, const struct rights *shares, struct err *e)
{
	AUTO_JSON cJSON *j = cJSON_CreateObject();
	cJSON *shown = plan_json(&ev->plan), *each;
	AUTO_RIGHTS struct rights missing = {0};

	allow_missing(rights, &ev->src, &missing);
	if (ev->plan.taken.n)
		cJSON_AddItemToObject(j, "options", json_strv(&ev->plan.taken));
	cJSON_AddItemToObject(j, "plan", shown);
	hide_all(json_get(shown, "containers"), &ev->plan);
	if (s)
		cJSON_AddItemToObject(j, "resolved", resolved_json(s));
	cJSON_AddItemToObject(j, "rights", rights_json(rights));
	cJSON_AddItemToObject(j, "not_granted", rights_json(&missing));
	each = ev->plan.n_services ? cJSON_AddObjectToObject(j, "rights_of") : NULL;
	for (size_t i = 0; each && i <= ev->plan.n_services; i++)
		cJSON_AddItemToObject(each, i ? ev->plan.services[i - 1].service : "main",
			rights_json(&shares[i]));
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

/* What is to be shown, once all is known. */
static int show(const struct evaluation *ev, const struct resolved *s,
	const struct rights *rights, const struct rights *shares, struct err *e)
{
	AUTO_BUF struct buf b = {0};

	if (opt_on(&ev->opts, "diff"))
		return show_diff(&ev->src, rights, e);
	if (opt_on(&ev->opts, "json"))
		return show_json(ev, s, rights, shares, e);
	if (opt_on(&ev->opts, "docker"))
		add_docker(&b, s);
	else
		show_tree(&b, &ev->src, &ev->plan, s, &ev->answers.recorded, rights,
			shares);
	return print_out(&b, e);
}

static int resolve_and_show(struct evaluation *ev, struct rights *shares, struct err *e)
{
	const struct plan *p = &ev->plan;
	struct engine_facts unknown;
	AUTO_RESOLVED struct resolved s;
	AUTO_RIGHTS struct rights rights = {0};
	bool runs = ev->action == ACTION_RUN;

	resolved_init(&s);
	cli_facts(ev->cli, false, &unknown);
	unknown.shown_only = true;
	rights_add_all(&rights, &ev->answers.rights);
	if (runs && resolve_each(p, &unknown, &s, shares, e) < 0)
		return -1;
	if (ev->action == ACTION_BUILD && resolve_image(p, &unknown, &s, &rights, e) < 0)
		return -1;
	for (size_t i = 0; i <= p->n_services; i++)
		rights_add_all(&rights, &shares[i]);
	return show(ev, runs ? &s : NULL, &rights, shares, e);
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
