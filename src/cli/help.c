/* SPDX-License-Identifier: MIT */
/* Help texts, made from the tables that are parsed. */
#include "cli/command.h"

void help_command(struct buf *out, const struct command *c)
{
	struct opt_group groups[COMMAND_GROUPS];
	size_t n = command_groups(c, groups);

	buf_addf(out, "Usage: cnnrun %s%s%s\n\n%s.\n", c->name, *c->usage ? " " : "",
		c->usage, c->about);
	if (c->details)
		buf_addf(out, "\n%s\n", c->details);
	opts_help(out, groups, n);
}

void help_all(struct buf *out)
{
	buf_adds(out,
		"Usage: cnnrun [PROFILE] [the profile's own options] [-- COMMAND...]\n"
		"       cnnrun COMMAND [OPTIONS] ...\n"
		"\n"
		"Runs a container as a profile, written in Lua, describes it. A PROFILE "
		"is a\n"
		"file (./x.lua) or a name (gui, profiles/gui.lua); without one it is "
		"the\n"
		"project's cnnrun.lua.\n"
		"\n"
		"Commands:\n");
	for (size_t i = 0; i < n_commands; i++)
		if (!commands[i]->internal)
			buf_addf(out, "  %-12s%s\n", commands[i]->name,
				commands[i]->about);
	opts_help(out, &global_options, 1);
	buf_adds(out,
		"\n'cnnrun COMMAND --help' and 'cnnrun PROFILE --help' tell more.\n");
}

cJSON *help_json(const struct command *c)
{
	struct opt_group groups[COMMAND_GROUPS];
	size_t n = command_groups(c, groups);
	cJSON *j = cJSON_CreateObject();

	json_put(j, "name", c->name);
	json_put(j, "usage", c->usage);
	json_put(j, "about", c->about);
	json_put(j, "details", c->details);
	cJSON_AddItemToObject(j, "groups", opts_json(groups, n));
	return j;
}
