/* SPDX-License-Identifier: MIT */
/* cnnrun stop: ends containers. */
#include "base/log.h"
#include "base/mem.h"
#include "base/printable.h"
#include "cli/command.h"
#include "cli/container/own.h"
#include "cli/face/hooks.h"
#include "launch/box/box.h"
#include "launch/carry/carry.h"

/* Stops one; the others shall have their turn whatever becomes of it. */
static int stop_one(struct cli *c, struct engine *g, const char *id, const char *said,
	const char *name, const struct kvs *labels, int seconds, struct buf *out)
{
	const struct run_hooks hooks = terminal_hooks(c);
	struct err e = {0};
	int rc = own_has_services(labels) ? box_stop(g, id, labels, seconds, &e)
					  : container_stop(g, id, seconds, &e);

	if (rc < 0) {
		err_wrap(&e, "%s", said);
		cli_fail(c, 125, &e);
		return 125;
	}
	carry_again(g, name, labels, CARRY_END, &hooks.news, hooks.news_end);
	add_printable(out, said);
	buf_addc(out, '\n');
	return 0;
}

static int stop_all(
	struct cli *c, struct engine *g, int seconds, struct buf *out, struct err *e)
{
	AUTO_LIST struct container_list l = {0};
	int status = 0;

	if (own_list(g, false, &l, NULL, e) < 0)
		return -1;
	for (size_t i = 0; i < l.n; i++)
		if (!own_is_service(&l.v[i])) /* they end with their main one */
			status |= stop_one(c, g, l.v[i].id, l.v[i].name, l.v[i].name,
				&l.v[i].labels, seconds, out);
	return status;
}

static int stop_named(struct cli *c, struct engine *g, const struct opts *o, int seconds,
	struct buf *out)
{
	int status = 0;

	for (size_t i = 0; i < o->n_args; i++) {
		AUTO_FREE char *id = NULL;
		AUTO_STATE struct container_state state = {0};
		bool found = false;
		struct err e = {0};

		if (own_find(g, o->args[i], OWN_RUNNING, &id, &e) < 0 ||
			container_inspect(g, id, &state, &found, &e) < 0)
			status |= cli_fail(c, 125, &e);
		else
			status |= stop_one(c, g, id, o->args[i], state.name,
				&state.labels, seconds, out);
	}
	return status;
}

static int stop(struct cli *c, const struct opts *o, struct err *e)
{
	AUTO_BUF struct buf out = {0};
	struct engine *g;
	int seconds, status;

	if (opt_int(o, "time", 0, 86400, -1, &seconds, e) < 0)
		return -1;
	if (opt_on(o, "all") && o->n_args)
		return err_set(e, ERR_USAGE, "--all and names exclude each other");
	if (!opt_on(o, "all") && !o->n_args)
		return err_set(e, ERR_USAGE, "stop which? Give names, or --all");
	if (cli_engine(c, &g, e) < 0)
		return -1;
	status = opt_on(o, "all") ? stop_all(c, g, seconds, &out, e)
				  : stop_named(c, g, o, seconds, &out);
	if (status < 0 || print_out(&out, e) < 0)
		return -1;
	return status;
}

static const struct opt table[] = {
	{.name = "all", .letter = 'a', .about = "every running container of this user"},
	{.name = "time",
		.letter = 't',
		.arg = "SECS",
		.about = "how long it may take before it is killed"},
};

const struct command command_stop = {
	.name = "stop",
	.usage = "[-t SECS] NAME... | --all",
	.about = "Stop running containers",
	.options = {"Options", table, COUNT_OF(table)},
	.run = stop,
};
