/* SPDX-License-Identifier: MIT */
/* cnnrun enter: a box without its profile. */
#include <unistd.h>

#include "base/mem.h"
#include "cli/command.h"
#include "cli/container/own.h"
#include "cli/face/hooks.h"
#include "cli/option/detach_keys.h"
#include "launch/box/box.h"
#include "launch/carry/carry.h"
#include "launch/gate/line.h"

static int enter_box(struct cli *cli, struct engine *g, const char *id,
	const struct container_state *c, const struct opts *o, const char *keys,
	int *status, struct err *e)
{
	struct exec_request x = {.user = opt_text(o, "user"),
		.workdir = opt_text(o, "workdir"),
		.detach_keys = keys};
	struct line line;
	const struct session session = {.tty = -1, .line = &line, .stop_timeout = -1};
	const struct run_hooks hooks = terminal_hooks(cli);
	int rc;

	carry_again(g, c->name, &c->labels, CARRY_ENTER, &hooks.news, hooks.news_end);
	rc = box_start(g, id, c->name, &c->labels, c->running, e);
	own_command(o, 1, &x.command);
	line_open(&line, &c->labels, session_awaits_size(g, -1), &x.command);
	if (isatty(0) && isatty(1))
		box_terminal(&x.env);
	if (!rc && session_exec(g, id, &x, &session, status, e) < 0)
		rc = *status == 125 ? box_explain(g, id, c->name, e) : -1;
	line_close(&line);
	carry_again(g, c->name, &c->labels, CARRY_LEAVE, &hooks.news, hooks.news_end);
	strv_free(&x.command);
	kvs_free(&x.env);
	return rc;
}

static int enter(struct cli *c, const struct opts *o, struct err *e)
{
	AUTO_FREE char *id = NULL;
	AUTO_STATE struct container_state state = {0};
	const char *keys;
	struct engine *g;
	bool found = false;
	int status = 125;

	if (detach_keys_given(o, &keys, e) < 0 || cli_engine(c, &g, e) < 0 ||
		own_find(g, o->n_args ? o->args[0] : NULL, OWN_BOXES, &id, e) < 0 ||
		container_inspect(g, id, &state, &found, e) < 0)
		return -1;
	if (!found)
		return err_set(e, 404, "the box has just been removed");
	if (enter_box(c, g, id, &state, o, keys, &status, e) < 0)
		return status == 126 || status == 127 ? cli_fail(c, status, e) : -1;
	return status;
}

static const struct opt table[] = {
	{.name = "user",
		.letter = 'u',
		.arg = "USER",
		.about = "as this user: name or uid[:gid]"},
	{.name = "workdir", .letter = 'w', .arg = "DIR", .about = "in this directory"},
	{DETACH_KEYS_OPT},
};

const struct command command_enter = {
	.name = "enter",
	.usage = "[OPTIONS] [NAME] [--] [COMMAND...]",
	.about = "Enter a box, which is started where it is stopped",
	.details =
		"NAME may be left out when this project has one box. Without a COMMAND "
		"it "
		"is a\nshell. To enter it with its profile, which brings the display and "
		"says what has\nchanged: cnnrun PROFILE.",
	.options = {"Options", table, COUNT_OF(table)},
	.order = OPT_FIRST_ENDS,
	.run = enter,
};
