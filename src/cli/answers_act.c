/* SPDX-License-Identifier: MIT */
#include "cli/answers_act.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/carry.h"
#include "cli/face/consent.h"
#include "cli/drain.h"
#include "cli/own.h"
#include "launch/launch.h"
#include "launch/ledger/owner.h"
#include "plan/shell_word.h"

enum { LOOK_MS = 1000 }; /* for a signal */

static int refuse(const char *op, struct err *e)
{
	return err_set(e, EPERM,
		"cnn.%s works while a profile is set up or runs, not while it is read",
		op);
}

/* Output as a JSON string, which ends at a NUL. */
static void put_output(cJSON *o, const char *key, struct buf *b)
{
	for (size_t i = 0; i < b->n; i++)
		if (!b->p[i])
			b->p[i] = '?';
	cJSON_AddStringToObject(o, key, buf_str(b));
}

static cJSON *outcome(int code, double seconds, struct buf *out, struct buf *err)
{
	cJSON *o = cJSON_CreateObject();

	cJSON_AddNumberToObject(o, "code", code);
	cJSON_AddNumberToObject(o, "seconds", seconds);
	if (out)
		put_output(o, "stdout", out);
	if (err)
		put_output(o, "stderr", err);
	return o;
}

/* Notes what would be done, and pretends that it went well. */
static int record(struct answers *a, const cJSON *args, const char *where,
	const struct strv *command, cJSON **reply)
{
	bool capture = json_bool(args, "capture", false);
	struct buf none = {0};
	AUTO_BUF struct buf b = {0};

	buf_adds(&b, where);
	for (size_t i = 0; i < command->n; i++) {
		buf_addc(&b, ' ');
		shell_word(&b, command->v[i]);
	}
	strv_add(&a->recorded, b.p);
	*reply = outcome(0, 0, capture ? &none : NULL, capture ? &none : NULL);
	return 0;
}

int answer_run(struct answers *a, const cJSON *args, cJSON **reply, struct err *e)
{
	const bool capture = json_bool(args, "capture", false);
	AUTO_BUF struct buf out = {0}, err = {0};
	struct launch_io io = {.out = &out, .err = &err, .in = json_str(args, "input")};
	AUTO_PLAN struct plan p;
	double start = clock_seconds();
	int status;

	plan_init(&p);
	if (a->mode == ANSWER_FACTS)
		return refuse("run", e);
	str_set(&p.profile, a->src->path);
	str_set(&p.project, a->src->project);
	if (plan_parse(&p, json_get(args, "plan"), e) < 0)
		return -1;
	str_set(&p.profile, a->src->path);
	str_set(&p.project, a->src->project);
	if (a->mode == ANSWER_RECORD &&
		carry_plan_rights(a->cli, a->asks_engine, &p, &a->wanted, e) < 0)
		return -1;
	if (a->mode == ANSWER_RECORD)
		return record(a, args, p.build.wanted ? p.build.tag : p.image, &p.command,
			reply);
	if (carry_launch(a->cli, &p, a->src, false, capture ? &io : NULL, &status, e) <
		0) {
		e->code = status;
		return -1;
	}
	*reply = outcome(status, clock_seconds() - start, capture ? &out : NULL,
		capture ? &err : NULL);
	return 0;
}

static int read_exec(const cJSON *args, struct exec_request *x, struct err *e)
{
	const cJSON *i;

	cJSON_ArrayForEach(i, json_get(args, "command"))
	{
		if (!cJSON_IsString(i))
			return err_set(
				e, EINVAL, "cnn.exec: the command must be strings");
		strv_add(&x->command, i->valuestring);
	}
	if (!x->command.n)
		return err_set(e, EINVAL, "cnn.exec: the command is missing");
	cJSON_ArrayForEach(i, json_get(args, "env"))
	{
		if (!i->string || !cJSON_IsString(i))
			return err_set(
				e, EINVAL, "cnn.exec: env must be names with strings");
		kvs_set(&x->env, i->string, i->valuestring);
	}
	x->user = json_str(args, "user");
	x->workdir = json_str(args, "workdir");
	return 0;
}

struct captured {
	struct buf *out, *err;
};

static bool keep(void *ctx, int channel, const char *data, size_t n)
{
	struct captured *c = ctx;

	buf_add(channel == 2 ? c->err : c->out, data, n);
	return true;
}

/* A profile reaches the containers of its own project only. */
static int find_of_project(
	struct answers *a, struct engine *g, const char *name, char **id, struct err *e)
{
	AUTO_LIST struct container_list l = {0};
	const struct container_item *found;
	const char *project;

	if (own_list(g, false, false, &l, e) < 0)
		return -1;
	found = own_match(&l, name);
	project = found ? kvs_get(&found->labels, LABEL_PROJECT) : NULL;
	if (!project || strcmp(project, a->src->project) != 0)
		return err_set(e, ENOENT,
			"cnn.exec: this project has no running container '%.80s'", name);
	*id = xstrdup(found->id);
	return 0;
}

/* A command that closed its output may go on for long. */
static int wait_for_exec(
	struct engine *g, const char *exec_id, int *status, struct err *e)
{
	bool running = true;

	while (running) {
		if (container_exec_wait(g, exec_id, LOOK_MS, &running, status, e) < 0)
			return -1;
		if (running && launch_end_asked())
			return err_set(e, ERR_INTERRUPTED, "interrupted");
	}
	return 0;
}

static int exec_now(struct answers *a, const cJSON *args, const struct exec_request *x,
	cJSON **reply, struct err *e)
{
	const bool capture = json_bool(args, "capture", false);
	AUTO_FREE char *id = NULL, *exec_id = NULL;
	AUTO_STREAM struct stream *s = NULL;
	AUTO_BUF struct buf out = {0}, err = {0};
	struct captured c = {&out, &err};
	double start = clock_seconds();
	struct engine *g;
	int status = 125;

	if (cli_engine(a->cli, &g, e) < 0 ||
		find_of_project(a, g, json_str(args, "container"), &id, e) < 0)
		return -1;
	if (container_exec(g, id, x, &exec_id, &s, &status, e) < 0) {
		e->code = status;
		return -1;
	}
	if (drain(s, json_str(args, "input"), true, capture ? keep : drain_out, &c, e) <
			0 ||
		wait_for_exec(g, exec_id, &status, e) < 0)
		return -1;
	*reply = outcome(status, clock_seconds() - start, capture ? &out : NULL,
		capture ? &err : NULL);
	return 0;
}

/* Root in a container could leave its files in the project; a name may be root's. */
static void exec_wanted(const struct exec_request *x, struct rights *wanted)
{
	size_t digits = x->user ? strspn(x->user, "0123456789") : 0;
	bool numeric = digits && (!x->user[digits] || x->user[digits] == ':');

	if (x->user && (!numeric || strtoul(x->user, NULL, 10) == 0))
		rights_add(wanted, RIGHT_ROOT, NULL);
}

int answer_exec(struct answers *a, const cJSON *args, cJSON **reply, struct err *e)
{
	struct exec_request x = {.open_stdin = json_str(args, "input") != NULL};
	const char *name = json_str(args, "container");
	AUTO_RIGHTS struct rights wanted = {0};
	int result = -1;

	if (a->mode == ANSWER_FACTS)
		return refuse("exec", e);
	if (!name || !*name)
		return err_set(e, EINVAL, "cnn.exec: the container's name is missing");
	if (read_exec(args, &x, e) == 0) {
		exec_wanted(&x, a->mode == ANSWER_RECORD ? &a->wanted : &wanted);
		if (a->mode == ANSWER_RECORD)
			result = record(a, args, name, &x.command, reply);
		else if (consent_allow(a->cli, &wanted, a->src, e) == 0)
			result = exec_now(a, args, &x, reply, e);
	}
	strv_free(&x.command);
	kvs_free(&x.env);
	return result;
}
