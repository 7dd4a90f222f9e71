/* SPDX-License-Identifier: MIT */
/* cnnrun plan: what would happen. */
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

static int show_json(const struct evaluation *ev, const struct resolved *s,
	const struct rights *rights, struct err *e)
{
	AUTO_JSON cJSON *j = cJSON_CreateObject();
	cJSON *shown = plan_json(&ev->plan);
	const cJSON *main = json_get(json_get(shown, "containers"), "main");
	AUTO_RIGHTS struct rights missing = {0};

	allow_missing(rights, &ev->src, &missing);
	if (ev->plan.taken.n)
		cJSON_AddItemToObject(j, "options", json_strv(&ev->plan.taken));
	cJSON_AddItemToObject(j, "plan", shown);
	hide(json_get(json_get(main, "env"), "set"), &ev->plan.env_secret);
	hide(json_get(json_get(main, "build"), "args"), &ev->plan.env_secret);
	if (s)
		cJSON_AddItemToObject(j, "resolved", resolved_json(s));
	cJSON_AddItemToObject(j, "rights", rights_json(rights));
	cJSON_AddItemToObject(j, "not_granted", rights_json(&missing));
	return print_json(j, e);
}

static void add_docker(struct buf *b, const struct resolved *s)
{
	AUTO_FREE char *text = docker_line(s);

	buf_adds(b, text);
	if (b->n && b->p[b->n - 1] != '\n')
		buf_addc(b, '\n');
}

int show_plan(struct evaluation *ev, struct err *e)
{
	struct engine_facts unknown;
	bool docker = opt_on(&ev->opts, "docker"), json = opt_on(&ev->opts, "json"),
	     diff = opt_on(&ev->opts, "diff");
	AUTO_BUF struct buf b = {0};
	AUTO_RESOLVED struct resolved s;
	AUTO_RIGHTS struct rights rights = {0};
	const struct resolved *resolved = ev->action == ACTION_RUN ? &s : NULL;

	resolved_init(&s);
	cli_facts(ev->cli, false, &unknown);
	if (docker + json + diff > 1)
		return err_set(
			e, ERR_USAGE, "--json, --docker and --diff exclude each other");
	if (docker && !resolved)
		return err_set(e, ERR_USAGE,
			"%s describes no container: there is no docker run",
			ev->src.shown);
	rights_add_all(&rights, &ev->answers.rights);
	if (resolved && resolve(&ev->plan, &unknown, &s, &rights, e) < 0)
		return -1;
	if (ev->action == ACTION_BUILD && resolve_image(&ev->plan, &s, &rights, e) < 0)
		return -1;
	if (diff)
		return show_diff(&ev->src, &rights, e);
	if (json)
		return show_json(ev, resolved, &rights, e);
	if (docker)
		add_docker(&b, &s);
	else
		show_tree(&b, &ev->src, &ev->plan, resolved, &ev->answers.recorded,
			&rights);
	return print_out(&b, e);
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
