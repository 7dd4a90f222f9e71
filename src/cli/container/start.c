/* SPDX-License-Identifier: MIT */
/* cnnrun start: boxes that are stopped. */
#include "base/mem.h"
#include "base/printable.h"
#include "cli/command.h"
#include "cli/container/own.h"
#include "cli/face/hooks.h"
#include "launch/box/box.h"
#include "launch/carry/carry.h"

static int start_one(struct cli *cli, struct engine *g, const char *name, struct buf *out,
	struct err *e)
{
	AUTO_FREE char *id = NULL;
	AUTO_STATE struct container_state c = {0};
	const struct run_hooks hooks = terminal_hooks(cli);
	bool found = false;

	if (own_find(g, name, OWN_BOXES, &id, e) < 0 ||
		container_inspect(g, id, &c, &found, e) < 0)
		return -1;
	carry_again(g, c.name, &c.labels, CARRY_ENTER, &hooks.news, hooks.news_end);
	if (box_start(g, id, c.name, &c.labels, found && c.running, e) < 0)
		return -1;
	add_printable(out, c.name);
	buf_addc(out, '\n');
	return 0;
}

static int start(struct cli *c, const struct opts *o, struct err *e)
{
	AUTO_BUF struct buf out = {0};
	struct engine *g;
	int status = 0;

	if (cli_engine(c, &g, e) < 0)
		return -1;
	if (!o->n_args && start_one(c, g, NULL, &out, e) < 0)
		return -1;
	for (size_t i = 0; i < o->n_args; i++) {
		struct err why = {0};

		if (start_one(c, g, o->args[i], &out, &why) < 0)
			status = cli_fail(c, 125, &why);
	}
	return print_out(&out, e) < 0 ? -1 : status;
}

const struct command command_start = {
	.name = "start",
	.usage = "[NAME...]",
	.about = "Start boxes that are stopped",
	.details = "NAME may be left out when this project has one box.",
	.run = start,
};
