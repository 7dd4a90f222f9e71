/* SPDX-License-Identifier: MIT */
/* The help text of options. */
#include <string.h>

#include "base/mem.h"
#include "cli/option/option.h"

enum { COLUMN_MAX = 30 };

/* A letter that another group took is left out. */
static bool has_letter(
	const struct opt_group *groups, size_t n_groups, const struct opt *o)
{
	return o->holds || (o->letter && opt_by_letter(groups, n_groups, o->letter) == o);
}

/* "  -e, --env NAME=VALUE" */
static char *heading(const struct opt_group *groups, size_t n_groups, const struct opt *o)
{
	AUTO_BUF struct buf b = {0};

	if (has_letter(groups, n_groups, o))
		buf_addf(&b, "  -%c, ", o->letter);
	else
		buf_adds(&b, "      ");
	buf_addf(&b, "--%s%s", o->negatable ? "[no-]" : "", o->name);
	if (o->arg)
		buf_addf(&b, " %s", o->arg);
	return buf_take(&b);
}

static bool is_shown(const struct opt_group *groups, size_t n_groups, const struct opt *o)
{
	return opt_by_name(groups, n_groups, o->name, strlen(o->name)) == o;
}

static size_t column(const struct opt_group *groups, size_t n_groups)
{
	size_t widest = 0;

	for (size_t i = 0; i < n_groups; i++)
		for (size_t j = 0; j < groups[i].n; j++) {
			AUTO_FREE char *h = heading(groups, n_groups, &groups[i].v[j]);
			size_t n = strlen(h);

			if (n > widest && n <= COLUMN_MAX)
				widest = n;
		}
	return widest + 2;
}

void opts_help(struct buf *out, const struct opt_group *groups, size_t n_groups)
{
	size_t at = column(groups, n_groups);

	for (size_t i = 0; i < n_groups; i++) {
		bool titled = false;

		for (size_t j = 0; j < groups[i].n; j++) {
			const struct opt *o = &groups[i].v[j];
			AUTO_FREE char *h = heading(groups, n_groups, o);

			if (!is_shown(groups, n_groups, o))
				continue;
			if (!titled)
				buf_addf(out, "\n%s:\n", groups[i].title);
			titled = true;
			if (!o->about || !*o->about)
				buf_addf(out, "%s\n", h);
			else if (strlen(h) + 2 > at)
				buf_addf(out, "%s\n%*s%s\n", h, (int)at, "", o->about);
			else
				buf_addf(out, "%-*s%s\n", (int)at, h, o->about);
		}
	}
}

static cJSON *option_json(
	const struct opt_group *groups, size_t n_groups, const struct opt *o)
{
	const char letter[2] = {has_letter(groups, n_groups, o) ? o->letter : 0, 0};
	cJSON *j = cJSON_CreateObject();

	json_put(j, "name", o->name);
	json_put(j, "letter", *letter ? letter : NULL);
	json_put(j, "arg", o->arg);
	json_put(j, "about", o->about);
	if (o->negatable)
		cJSON_AddTrueToObject(j, "negatable");
	return j;
}

cJSON *opts_json(const struct opt_group *groups, size_t n_groups)
{
	cJSON *all = cJSON_CreateArray();

	for (size_t i = 0; i < n_groups; i++) {
		cJSON *group = cJSON_CreateObject(), *list;

		json_put(group, "title", groups[i].title);
		list = cJSON_AddArrayToObject(group, "options");
		for (size_t j = 0; j < groups[i].n; j++)
			if (is_shown(groups, n_groups, &groups[i].v[j]))
				cJSON_AddItemToArray(list,
					option_json(groups, n_groups, &groups[i].v[j]));
		cJSON_AddItemToArray(all, group);
	}
	return all;
}
