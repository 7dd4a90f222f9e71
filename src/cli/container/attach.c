/* SPDX-License-Identifier: MIT */
/* cnnrun attach: the terminal goes to a running container's. */
#include "base/log.h"
#include "base/mem.h"
#include "cli/command.h"
#include "cli/container/own.h"
#include "cli/option/detach_keys.h"
#include "launch/launch.h"

static int attach(struct cli *c, const struct opts *o, struct err *e)
{
	AUTO_FREE char *id = NULL;
	const char *keys;
	struct engine *g;
	bool detached = false;
	int status = 125;

	if (cli_no_more(o, 1, e) < 0 || detach_keys_given(o, &keys, e) < 0 ||
		cli_engine(c, &g, e) < 0 ||
		own_find(g, o->n_args ? o->args[0] : NULL, OWN_RUNNING, &id, e) < 0 ||
		session_attach(g, id, keys, &detached, &status, e) < 0)
		return -1;
	if (detached)
		log_info("detached; the container runs on");
	return detached ? 0 : status;
}

static const struct opt table[] = {
	{DETACH_KEYS_OPT},
};

const struct command command_attach = {
	.name = "attach",
	.usage = "[--detach-keys KEYS] [NAME]",
	.about = "Attach the terminal to a running container",
	.details = "NAME may be left out when one container of this project runs.",
	.options = {"Options", table, COUNT_OF(table)},
	.run = attach,
};
