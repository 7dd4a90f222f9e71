/* SPDX-License-Identifier: MIT */
/* cnnrun exec: one more command in a running container, or in a job's on its node. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "batch/apptainer/apptainer.h"
#include "cli/batch/job_exec.h"
#include "cli/batch/there.h"
#include "cli/command.h"
#include "cli/container/own.h"
#include "cli/option/detach_keys.h"
#include "launch/gate/gate.h"
#include "launch/launch.h"
#include "launch/ledger/owner.h"

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

static void request_free(struct exec_request *x)
{
	strv_free(&x->command);
	kvs_free(&x->env);
}
#define AUTO_REQUEST __attribute__((cleanup(request_free)))

/* What is typed is judged before anything is looked for. */
static int read_request(const struct opts *o, struct exec_request *x, struct err *e)
{
	x->user = opt_text(o, "user");
	x->workdir = opt_text(o, "workdir");
	return read_env(o, &x->env, e) < 0 ? -1
					   : detach_keys_given(o, &x->detach_keys, e);
}

/* n_taken of the words name it. */
static int exec_id(struct cli *c, struct engine *g, const char *id, const struct opts *o,
	struct exec_request *x, size_t n_taken, struct err *e)
{
	int status = 125;

	if (add_command(g, id, o, n_taken, &x->command, e) == 0 &&
		session_exec(g, id, x, NULL, &status, e) == 0)
		return status;
	return status == 126 || status == 127 ? cli_fail(c, status, e) : -1;
}

static int exec_in(struct cli *c, const struct opts *o, struct err *e)
{
	AUTO_JOB_NAMED struct job_named job = {0};
	AUTO_REQUEST struct exec_request x = {0};
	AUTO_FREE char *id = NULL;
	struct engine *g;
	size_t taken;
	int is_job;

	if (read_request(o, &x, e) < 0)
		return -1;
	if (c->cluster)
		return o->n_args
			       ? there_command(c, "exec", o, e)
			       : err_set(e, ERR_USAGE, "exec in which job of %s?", c->on);
	is_job = o->n_args ? job_or_container(c, o->args[0], &job, e) : 0;
	if (is_job)
		return is_job < 0 ? -1 : job_exec(&job, o, e);
	if (cli_engine(c, &g, e) < 0 || find(g, o, &id, &taken, e) < 0)
		return -1;
	return exec_id(c, g, id, o, &x, taken, e);
}

/* Of the job whose step this is, the container of that rank. */
static int on_node(struct cli *c, const struct opts *o, struct err *e)
{
	const char *job = getenv("SLURM_JOB_ID"), *rank = o->n_args ? o->args[0] : NULL;
	AUTO_LIST struct container_list l = {0};
	AUTO_REQUEST struct exec_request x = {0};
	struct engine *g;

	if (!job || !rank)
		return err_set(e, ERR_USAGE, "node-exec is started by cnnrun exec JOB");
	if (read_request(o, &x, e) < 0)
		return -1;
	if (cli_engine(c, &g, e) < 0 || own_list(g, false, &l, NULL, e) < 0)
		return apptainer_used()
			       ? err_hint(e,
					 "a task that Apptainer runs cannot be entered")
			       : -1;
	for (size_t i = 0; i < l.n; i++) {
		const char *its = kvs_get(&l.v[i].labels, LABEL_JOB),
			   *which = kvs_get(&l.v[i].labels, LABEL_RANK);

		if (its && which && !strcmp(its, job) && !strcmp(which, rank) &&
			!own_is_service(&l.v[i]))
			return exec_id(c, g, l.v[i].id, o, &x, 1, e);
	}
	return err_set(
		e, ENOENT, "rank %s of job %s has no container at work now", rank, job);
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
	.usage = "[OPTIONS] [NAME | JOB[_TASK][/RANK]] [--] [COMMAND...]",
	.about = "Run a command in a running container, or in that of a job",
	.details =
		"NAME may be left out when one container of this project runs. Without a "
		"COMMAND it\nis a shell. Of a job it is its first rank's container.",
	.options = {"Options", table, COUNT_OF(table)},
	.order = OPT_FIRST_ENDS,
	.run = exec_in,
};

const struct command command_node_exec = {
	.name = "node-exec",
	.usage = "RANK [--] [COMMAND...]",
	.about = "Run a command in a container of a job, on its node",
	.details = "cnnrun exec JOB calls it, by srun.",
	.options = {"Options", table, COUNT_OF(table)},
	.order = OPT_FIRST_ENDS,
	.internal = true,
	.run = on_node,
};
