/* SPDX-License-Identifier: MIT */
/* Help texts, made from the tables that are parsed. */
#include <string.h>

#include "base/mem.h"
#include "cli/command.h"
#include "cli/option.h"

enum { COLUMN_MAX = 30 };

/* "  -e, --env NAME=VALUE"; a letter that another group took is left out. */
static char *heading(const struct opt_group *groups, size_t n_groups, const struct opt *o)
{
	bool letter = o->letter && opt_by_letter(groups, n_groups, o->letter) == o;
	AUTO_BUF struct buf b = {0};

	if (letter)
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

void help_command(struct buf *out, const struct command *c)
{
	struct opt_group groups[COMMAND_GROUPS];
	size_t n = command_groups(c, groups);

	buf_addf(out, "Usage: cnnrun %s%s%s\n\n%s.\n", c->name, *c->usage ? " " : "", c->usage,
			c->about);
	if (c->details)
		buf_addf(out, "\n%s\n", c->details);
	opts_help(out, groups, n);
}

void help_all(struct buf *out)
{
	buf_adds(out, "Usage: cnnrun [PROFILE] [the profile's own options] [-- COMMAND...]\n"
		      "       cnnrun COMMAND [OPTIONS] ...\n"
		      "\n"
		      "Runs a container as a profile, written in Lua, describes it. A PROFILE is a\n"
		      "file (./x.lua) or a name (gui, profiles/gui.lua); without one it is the\n"
		      "project's cnnrun.lua.\n"
		      "\n"
		      "Commands:\n");
	for (size_t i = 0; i < n_commands; i++)
		buf_addf(out, "  %-12s%s\n", commands[i]->name, commands[i]->about);
	opts_help(out, &global_options, 1);
	buf_adds(out, "\n'cnnrun COMMAND --help' and 'cnnrun PROFILE --help' tell more.\n");
}
