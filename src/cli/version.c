/* SPDX-License-Identifier: MIT */
/* cnnrun version: of cnnrun and what is in it. */
#include "base/json.h"
#include "base/mem.h"
#include "cli/command.h"

/* The oldest Engine API that is spoken; the newest is what the engine offers. */
#define API_MIN "1.41"

static int version(struct cli *c, const struct opts *o, struct err *e)
{
	AUTO_BUF struct buf b = {0};

	(void)c;
	if (cli_no_more(o, 0, e) < 0)
		return -1;
	if (opt_on(o, "json")) {
		AUTO_JSON cJSON *j = cJSON_CreateObject();

		cJSON_AddStringToObject(j, "cnnrun", CNNRUN_VERSION);
		cJSON_AddStringToObject(j, "lua", CNNRUN_LUA_VERSION);
		cJSON_AddStringToObject(j, "api_min", API_MIN);
		return print_json(j, e);
	}
	buf_addf(&b, "cnnrun %s (Lua %s, Docker Engine API %s and later)\n",
		CNNRUN_VERSION, CNNRUN_LUA_VERSION, API_MIN);
	return print_out(&b, e);
}

static const struct opt table[] = {
	{.name = "json", .about = "as JSON"},
};

const struct command command_version = {
	.name = "version",
	.usage = "[--json]",
	.about = "Print the version of cnnrun and of what is in it",
	.options = {"Options", table, COUNT_OF(table)},
	.run = version,
};

/* For programs: that command, or all. */
static int show_help_json(const struct command *only, struct err *e)
{
	AUTO_JSON cJSON *all = cJSON_CreateArray();

	for (size_t i = 0; i < n_commands; i++)
		if (only ? only == commands[i] : !commands[i]->internal)
			cJSON_AddItemToArray(all, help_json(commands[i]));
	return print_json(all, e);
}

static int help(struct cli *c, const struct opts *o, struct err *e)
{
	AUTO_BUF struct buf b = {0};
	const struct command *about = NULL;

	(void)c;
	if (cli_no_more(o, 1, e) < 0)
		return -1;
	if (o->n_args && !(about = command_find(o->args[0]))) {
		err_set(e, ERR_USAGE, "there is no command '%s'", o->args[0]);
		return err_hint(e,
			"'cnnrun help' lists them; a profile's help is 'cnnrun %s "
			"--help'",
			o->args[0]);
	}
	if (opt_on(o, "json"))
		return show_help_json(about, e);
	if (about)
		help_command(&b, about);
	else
		help_all(&b);
	return print_out(&b, e);
}

const struct command command_help = {
	.name = "help",
	.usage = "[--json] [COMMAND]",
	.about = "Explain a command",
	.options = {"Options", table, COUNT_OF(table)},
	.run = help,
};
