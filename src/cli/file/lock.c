/* SPDX-License-Identifier: MIT */
/* cnnrun lock: what a profile's containers are made of, in a file for git. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "build/inputs.h"
#include "cli/evaluate.h"
#include "cli/face/hooks.h"
#include "cli/face/show.h"
#include "launch/lock/lock.h"

/* As the file calls the profile: the same wherever the project lies. */
static const char *key_of(const struct profile_source *src)
{
	const char *below = path_below(src->path, src->project);

	return below && !src->installed ? below : src->name;
}

static int find(
	const struct evaluation *ev, cJSON **all, const cJSON **entry, struct err *e)
{
	const char *key = key_of(&ev->src);

	if (lock_read(ev->src.project, all, e) < 0)
		return -1;
	*entry = lock_entry(*all, key);
	if (*entry)
		return 0;
	err_set(e, ENOENT, "%s/" LOCK_FILE " has no %s", ev->src.project, key);
	return err_hint(e, "write it: cnnrun lock %s", ev->src.shown);
}

int locked_entry(
	const struct evaluation *ev, cJSON **all, const cJSON **entry, struct err *e)
{
	if (!opt_on(&ev->opts, "locked"))
		return 0;
	return find(ev, all, entry, e);
}

static int print_changes(const struct lock_changes *c, bool json, struct err *e)
{
	AUTO_JSON cJSON *list = cJSON_CreateArray();
	AUTO_BUF struct buf b = {0};

	for (size_t i = 0; i < c->n; i++) {
		const struct lock_change *v = &c->v[i];
		cJSON *o = cJSON_CreateObject();

		buf_addf(&b, "%s\n", v->words);
		cJSON_AddItemToArray(list, o);
		json_put(o, "container", v->container ? v->container : "main");
		json_put(o, "kind", v->kind);
		json_put(o, "name", v->name);
		json_put(o, "from", v->from);
		json_put(o, "to", v->to);
		json_put(o, "words", v->words);
	}
	if ((json ? print_json(list, e) : print_out(&b, e)) < 0)
		return -1;
	return c->n ? 1 : 0;
}

/* What there is now: its images are made for that. */
static int take(struct evaluation *ev, cJSON **entry, struct err *e)
{
	const struct run_hooks hooks = terminal_hooks(ev->cli);
	const struct run_request r = {.plan = &ev->plan, .src = &ev->src};
	struct engine *g;

	return cli_engine(ev->cli, &g, e) < 0 ? -1 : run_lock(g, &r, &hooks, entry, e);
}

static int diff(struct evaluation *ev, struct err *e)
{
	AUTO_CHANGES struct lock_changes changes = {0};
	AUTO_JSON cJSON *all = NULL, *now = NULL;
	const cJSON *then = NULL;

	if (find(ev, &all, &then, e) < 0 || take(ev, &now, e) < 0)
		return -1;
	lock_compare(then, now, &changes);
	return print_changes(&changes, opt_on(&ev->opts, "json"), e);
}

static int write_lock(struct evaluation *ev, struct err *e)
{
	AUTO_JSON cJSON *all = NULL, *entry = NULL;
	const char *key = key_of(&ev->src);

	if (lock_read(ev->src.project, &all, e) < 0 || take(ev, &entry, e) < 0)
		return -1;
	if (lock_write(ev->src.project, all, key, entry, e) < 0)
		return -1;
	if (opt_on(&ev->opts, "json") && print_json(entry, e) < 0)
		return -1;
	log_info("locked %s in %s/" LOCK_FILE, key, ev->src.project);
	return 0;
}

static int lock(struct cli *c, const struct opts *o, struct err *e)
{
	AUTO_EVALUATION struct evaluation ev = {0};
	int status = evaluate(&ev, c, &command_lock, o->rest, ANSWER_ACT, e);

	if (status)
		return status < 0 ? -1 : 0;
	if (ev.action == ACTION_NONE)
		return err_set(e, ERR_USAGE,
			"%s is a script of its own: it has no plan to lock",
			ev.src.shown);
	return opt_on(&ev.opts, "diff") ? diff(&ev, e) : write_lock(&ev, e);
}

static const struct opt table[] = {
	{.name = "diff",
		.about = "only what has changed since it was locked; exit status 1 then"},
	{.name = "json", .about = "the same as JSON"},
	{.name = "right",
		.arg = "RIGHT",
		.about = "let it do this once, as a refusal names it: write=/data",
		.many = true},
};

const struct command command_lock = {
	.name = "lock",
	.usage = "[PROFILE] [--diff] [the profile's own options] [-- COMMAND...]",
	.about = "Write down what a profile's containers are made of, in cnnrun.lock",
	.details = "Images, Dockerfile, context, build arguments, packages and the plan, "
		   "by digest. The\nimage is built or pulled for that where it is not "
		   "there; nothing of it is run.\n'cnnrun --locked PROFILE' then runs "
		   "exactly that, or says what differs.",
	.options = {"Options", table, COUNT_OF(table)},
	.profile = true,
	.container = true,
	.run = lock,
};
