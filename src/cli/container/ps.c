/* SPDX-License-Identifier: MIT */
/* cnnrun ps: the containers that cnnrun made. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/printable.h"
#include "cli/command.h"
#include "cli/container/own.h"
#include "cli/face/show_gpus.h"
#include "cli/face/table.h"
#include "cli/face/words.h"
#include "launch/ledger/owner.h"

/* "gui" of "/x/profiles/gui.lua" */
static char *profile_stem(const char *path)
{
	const char *base = path ? strrchr(path, '/') : NULL, *dot;

	base = base ? base + 1 : path;
	if (!base)
		return NULL;
	dot = strrchr(base, '.');
	return dot && !strcmp(dot, ".lua") ? xstrndup(base, (size_t)(dot - base))
					   : xstrdup(base);
}

/* As the profile names it; the engine's own word is the id that it was made from. */
static const char *image_name(const struct container_item *c)
{
	const char *name = kvs_get(&c->labels, LABEL_IMAGE);

	return name ? name : c->image;
}

static void add_ids(struct buf *b, const struct container_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		buf_addf(b, "%.12s\n", l->v[i].id);
}

/* For scripts: no other names can a container have. */
static void add_names(struct buf *b, const struct container_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		const char *name = l->v[i].name, *slash = strchr(name, '/');
		AUTO_FREE char *first =
			slash ? xstrndup(name, (size_t)(slash - name)) : xstrdup(name);

		if (text_is_word(first) && (!slash || text_is_word(slash + 1)))
			buf_addf(b, "%s\n", name);
	}
}

static int show_json(const struct container_list *l, struct err *e)
{
	AUTO_JSON cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; i < l->n; i++) {
		const struct container_item *c = &l->v[i];
		cJSON *o = cJSON_CreateObject();

		json_put(o, "id", c->id);
		json_put(o, "name", c->name);
		json_put(o, "profile", kvs_get(&c->labels, LABEL_PROFILE));
		json_put(o, "project", kvs_get(&c->labels, LABEL_PROJECT));
		json_put(o, "uid", kvs_get(&c->labels, LABEL_UID));
		json_put(o, "image", image_name(c));
		json_put(o, "state", c->state);
		json_put(o, "status", c->status);
		cJSON_AddNumberToObject(o, "created", (double)c->created);
		cJSON_AddItemToArray(list, o);
	}
	return print_json(list, e);
}

static void add_table(struct buf *b, const struct container_list *l, bool whole)
{
	static const char *const heading[] = {
		"NAME", "PROFILE", "PROJECT", "IMAGE", "STATUS", "AGE", NULL};
	AUTO_TABLE struct table t = {0};

	table_begin(&t, heading);
	for (size_t i = 0; i < l->n; i++) {
		const struct container_item *c = &l->v[i];
		AUTO_FREE char *profile =
			profile_stem(kvs_get(&c->labels, LABEL_PROFILE));
		AUTO_BUF struct buf age = {0};

		add_age(&age, (int64_t)time(NULL) - c->created);
		table_cell(&t, c->name);
		table_cell(&t, profile);
		table_cell(&t, kvs_get(&c->labels, LABEL_PROJECT));
		table_cell(&t, image_name(c));
		table_cell(&t, c->status);
		table_cell(&t, age.p);
	}
	if (!whole)
		table_fit(&t);
	table_print(&t, b);
}

/* Needs no engine: only one knows the containers. */
static int ps_gpus(struct cli *c, const struct opts *o, struct err *e)
{
	AUTO_GPUS struct host_gpus gpus = {0};
	AUTO_HOLDERS struct gpu_holders h = {0};
	AUTO_BUF struct buf b = {0};
	AUTO_JSON cJSON *list = NULL;
	struct engine *g = NULL;
	const char *elsewhere = NULL;

	if (cli_elsewhere(c, &elsewhere, e) < 0)
		return -1;
	if (elsewhere)
		return err_set(e, ENOTSUP,
			"the GPUs at %s are not seen from here; over there: cnnrun ps "
			"--gpus",
			elsewhere);
	host_gpus_measure(&gpus);
	if (!gpus.driver)
		return err_set(e, 0, "%s", gpus.problem);
	gpu_holders_get(cli_engine(c, &g, NULL) < 0 ? NULL : g, &h);
	if (opt_on(o, "json")) {
		list = gpus_json(&gpus, &h);
		return print_json(list, e);
	}
	gpus_table(&b, &gpus, &h, opt_on(o, "no-trunc"));
	return print_out(&b, e);
}

/* Whoever made them: docker's words end them. */
static void tell_unmarked(const struct container_list *l)
{
	AUTO_BUF struct buf names = {0};

	for (size_t i = 0; i < l->n; i++)
		buf_addf(&names, "%s%s", i ? " " : "", l->v[i].name);
	if (l->n)
		log_warn(
			"not listed, for they have cnnrun's labels and not your mark "
			"(an image brought them, or an older cnnrun made it); to remove: "
			"docker rm -f %s",
			names.p);
}

static int ps(struct cli *c, const struct opts *o, struct err *e)
{
	AUTO_LIST struct container_list l = {0}, unmarked = {0};
	AUTO_BUF struct buf b = {0};
	struct engine *g;
	bool all = opt_on(o, "all"), everybody = opt_on(o, "all-users");

	if (cli_no_more(o, 0, e) < 0)
		return -1;
	if (opt_on(o, "gpus"))
		return ps_gpus(c, o, e);
	if (cli_engine(c, &g, e) < 0 ||
		(everybody ? own_list_everybody(g, all, &l, e)
			   : own_list(g, all, &l, &unmarked, e)) < 0)
		return -1;
	tell_unmarked(&unmarked);
	if (opt_on(o, "json"))
		return show_json(&l, e);
	if (opt_on(o, "names"))
		add_names(&b, &l);
	else if (opt_on(o, "ids"))
		add_ids(&b, &l);
	else
		add_table(&b, &l, opt_on(o, "no-trunc"));
	return print_out(&b, e);
}

static const struct opt table[] = {
	{.name = "all", .letter = 'a', .about = "ended containers too"},
	{.name = "all-users", .about = "those of other users too"},
	{.name = "ids", .letter = 'q', .about = "only the ids"},
	{.name = "names", .about = "only the names"},
	{.name = "gpus", .about = "the GPUs instead, and who holds them"},
	{.name = "no-trunc",
		.about = "whole names, where the terminal is too narrow for them"},
	{.name = "json", .about = "as JSON"},
};

const struct command command_ps = {
	.name = "ps",
	.usage = "[OPTIONS]",
	.about = "List the containers that cnnrun made",
	.options = {"Options", table, COUNT_OF(table)},
	.run = ps,
};
