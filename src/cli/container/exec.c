/* SPDX-License-Identifier: MIT */
/* cnnrun exec: one more command in a running container. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/command.h"
#include "cli/container/own.h"
#include "cli/option/detach_keys.h"
#include "launch/gate/gate.h"
#include "launch/launch.h"

static int read_env(const struct opts *o, struct kvs *env, struct err *e)
{
	for (size_t i = 0; i < o->n_given; i++) {
		const char *text = o->given[i].text, *equals, *value;
		AUTO_FREE char *name = NULL;

		if (strcmp(o->given[i].opt->name, "env") != 0)
			continue;
		equals = strchr(text, '=');
		name = equals ? xstrndup(text, (size_t)(equals - text)) : xstrdup(text);
		if (!*name)
			return err_set(e, ERR_USAGE, "--env: no name before the \"=\"");
		value = equals ? equals + 1 : getenv(name);
		if (value)
			kvs_set(env, name, value);
	}
	return 0;
}

/* The first word is a container's name if there is such a container; else it belongs to
 * the command, in the project's only container. */
static int find(
	struct engine *g, const struct opts *o, char **id, size_t *n_taken, struct err *e)
{
	AUTO_LIST struct container_list l = {0};
	const struct container_item *named;

	*n_taken = 0;
	if (!o->n_args)
		return own_find(g, NULL, OWN_RUNNING, id, e);
	if (own_list(g, false, &l, NULL, e) < 0)
		return -1;
	named = own_match(&l, o->args[0]);
	if (named) {
		*id = xstrdup(named->id);
		*n_taken = 1;
		return 0;
	}
	/* "exec NAME -- command" says that it is a name. */
	if (o->rest && o->n_args == 1)
		return own_find(g, o->args[0], OWN_RUNNING, id, e);
	if (own_find(g, NULL, OWN_RUNNING, id, e) < 0)
		return err_wrap(e, "'%s' is no running container", o->args[0]);
	return 0;
}

/* Of what n_taken words are not the name of. It begins with what tells whether the
 * container has such a program. */
static int add_command(struct engine *g, const char *id, const struct opts *o,
	size_t n_taken, struct strv *command, struct err *e)
{
	AUTO_STATE struct container_state state = {0};
	bool found = false;

	own_command(o, n_taken, command);
	if (container_inspect(g, id, &state, &found, e) < 0)
		return -1;
	if (!found)
		return err_set(e, 404, "the container has just been removed");
	gate_enter(&state.labels, session_awaits_size(g, -1), command);
	return 0;
}

static int exec_in(struct cli *c, const struct opts *o, struct err *e)
{
	struct exec_request x = {
		.user = opt_text(o, "user"), .workdir = opt_text(o, "workdir")};
	AUTO_FREE char *id = NULL;
	struct engine *g;
	size_t taken;
	int status = 125, rc = -1;

	if (read_env(o, &x.env, e) == 0 && detach_keys_given(o, &x.detach_keys, e) == 0 &&
		cli_engine(c, &g, e) == 0 && find(g, o, &id, &taken, e) == 0 &&
		add_command(g, id, o, taken, &x.command, e) == 0)
		rc = session_exec(g, id, &x, NULL, &status, e);
	strv_free(&x.command);
	kvs_free(&x.env);
	if (rc < 0)
		return status == 126 || status == 127 ? cli_fail(c, status, e) : -1;
	return status;
}

static const struct opt table[] = {
	{.name = "user",
		.letter = 'u',
		.arg = "USER",
		.about = "as this user: name or uid[:gid]"},
	{.name = "workdir", .letter = 'w', .arg = "DIR", .about = "in this directory"},
	{.name = "env",
		.letter = 'e',
		.arg = "NAME[=VALUE]",
		.about = "set a variable, or pass on the one of this environment",
		.many = true},
	{DETACH_KEYS_OPT},
};

const struct command command_exec = {
	.name = "exec",
	.usage = "[OPTIONS] [NAME] [--] [COMMAND...]",
	.about = "Run a command in a running container",
	.details =
		"NAME may be left out when one container of this project runs. Without a "
		"COMMAND it\nis a shell.",
	.options = {"Options", table, COUNT_OF(table)},
	.order = OPT_FIRST_ENDS,
	.run = exec_in,
};
