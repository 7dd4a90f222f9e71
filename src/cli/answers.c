/* SPDX-License-Identifier: MIT */
#include "cli/answers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/processor.h"
#include "cli/evaluate.h"
#include "cli/face/hooks.h"
#include "host/gpu.h"
#include "host/user.h"
#include "plan/resolved.h"

static int answer_gpus(struct answers *a, const cJSON *args, cJSON **reply, struct err *e)
{
	AUTO_GPUS struct host_gpus g = {0};

	(void)a;
	(void)args;
	if (host_gpus_get(&g, e) < 0)
		return -1;
	*reply = cJSON_CreateArray();
	for (size_t i = 0; i < g.n; i++) {
		cJSON *o = cJSON_CreateObject();

		cJSON_AddNumberToObject(o, "index", g.v[i].index);
		cJSON_AddStringToObject(o, "uuid", g.v[i].uuid);
		cJSON_AddStringToObject(o, "name", g.v[i].name);
		cJSON_AddNumberToObject(o, "memory", (double)g.v[i].memory);
		if (g.v[i].mig_of >= 0)
			cJSON_AddNumberToObject(o, "mig_of", g.v[i].mig_of);
		cJSON_AddItemToArray(*reply, o);
	}
	return 0;
}

static int answer_user(struct answers *a, const cJSON *args, cJSON **reply, struct err *e)
{
	AUTO_USER struct host_user u = {0};
	cJSON *list;

	(void)a;
	(void)args;
	if (host_user_get(&u, e) < 0)
		return -1;
	*reply = cJSON_CreateObject();
	cJSON_AddNumberToObject(*reply, "uid", u.uid);
	cJSON_AddNumberToObject(*reply, "gid", u.gid);
	cJSON_AddStringToObject(*reply, "name", u.name);
	cJSON_AddStringToObject(*reply, "group", u.group);
	cJSON_AddStringToObject(*reply, "home", u.home);
	list = cJSON_AddArrayToObject(*reply, "groups");
	for (size_t i = 0; i < u.n_groups; i++) {
		cJSON *o = cJSON_CreateObject();

		cJSON_AddStringToObject(o, "name", u.groups[i].name);
		cJSON_AddNumberToObject(o, "gid", u.groups[i].gid);
		cJSON_AddItemToArray(list, o);
	}
	return 0;
}

int answers_variable(const char *name, struct err *e)
{
	if (is_open_variable(name))
		return 0;
	return err_set(e, EACCES,
		"a profile may not read %.80s, only TERM, LANG, LC_*, TZ, USER and the "
		"like; c:env \"%.80s\" passes it on to the container",
		name, name);
}

static int answer_env(struct answers *a, const cJSON *args, cJSON **reply, struct err *e)
{
	const char *name = json_str(args, "name"), *value;

	(void)a;
	if (!name)
		return err_set(e, EINVAL, "the name of a variable is missing");
	if (answers_variable(name, e) < 0)
		return -1;
	value = getenv(name);
	*reply = value ? cJSON_CreateString(value) : NULL;
	return 0;
}

static int answer_arch(struct answers *a, const cJSON *args, cJSON **reply, struct err *e)
{
	(void)a;
	(void)args;
	(void)e;
	*reply = cJSON_CreateString(processor_here(NULL));
	return 0;
}

static int answer_name(struct answers *a, const cJSON *args, cJSON **reply, struct err *e)
{
	struct utsname u;

	(void)a;
	(void)args;
	if (uname(&u) < 0)
		return err_errno(e, "uname");
	*reply = cJSON_CreateString(u.nodename);
	return 0;
}

/* null where no engine answers: a plan needs none. */
static int answer_engine(
	struct answers *a, const cJSON *args, cJSON **reply, struct err *e)
{
	const struct engine_facts *f;
	struct engine *g;

	(void)args;
	if (cli_engine(a->cli, &g, e) < 0 || engine_facts(g, &f, e) < 0)
		return a->mode == ANSWER_ACT ? -1 : 0;
	*reply = cJSON_CreateObject();
	cJSON_AddStringToObject(*reply, "name", engine_info(g)->name);
	json_put(*reply, "version", f->version);
	cJSON_AddBoolToObject(*reply, "rootless", engine_is_rootless(f));
	cJSON_AddBoolToObject(*reply, "buildkit", engine_info(g)->can & CAN_BUILDKIT);
	cJSON_AddBoolToObject(*reply, "nvidia", f->nvidia || f->cdi);
	cJSON_AddNumberToObject(*reply, "cpus", (double)f->n_cpu);
	cJSON_AddNumberToObject(*reply, "memory", (double)f->memory);
	return 0;
}

static int answer_now(struct answers *a, const cJSON *args, cJSON **reply, struct err *e)
{
	struct timespec t;

	(void)a;
	(void)args;
	if (clock_gettime(CLOCK_REALTIME, &t) < 0)
		return err_errno(e, "the time");
	*reply = cJSON_CreateNumber((double)t.tv_sec + (double)t.tv_nsec / 1e9);
	return 0;
}

static int type(void *ctx, struct plan *p, struct err *e)
{
	const struct answers *a = ctx;

	return a->typed ? apply_to_all(p, a->typed, e) : 0;
}

/* Whatever the profile makes of that. */
static int beyond_lock(struct answers *a, const char *op, struct err *e)
{
	err_set(&a->beyond, ERR_USAGE,
		"cnn.%s: cnnrun.lock holds what a profile describes, not what it starts "
		"by itself; lock a profile without it",
		op);
	*e = a->beyond;
	return -1;
}

static int steer(struct answers *a, const char *op, const cJSON *args, cJSON **reply,
	struct err *e)
{
	struct steer_notes notes = {.recorded = &a->recorded, .rights = &a->rights};
	struct run_hooks hooks = terminal_hooks(a->cli);
	struct steering *s = &a->steering;
	int rc;

	if (a->mode == ANSWER_FACTS)
		return err_set(e, EPERM,
			"cnn.%s works while a profile is set up or runs, not while it is "
			"read",
			op);
	if (a->locked && a->mode == ANSWER_ACT)
		return beyond_lock(a, op, e);
	hooks.consent.spelled = true;
	s->src = a->src;
	s->hooks = &hooks;
	s->typed = type;
	s->typed_ctx = a;
	if (a->mode == ANSWER_RECORD) {
		cli_facts(a->cli, a->asks_engine, &notes.facts);
		s->notes = &notes;
	} else if (steer_needs_engine(op) && cli_engine(a->cli, &s->engine, e) < 0) {
		return -1;
	}
	rc = steer_answer(s, op, args, reply, e);
	s->hooks = NULL;
	s->notes = NULL;
	return rc;
}

static int answer(
	void *ctx, const char *op, const cJSON *args, cJSON **reply, struct err *e)
{
	static const struct {
		const char *op;
		int (*answer)(struct answers *a, const cJSON *args, cJSON **reply,
			struct err *e);
	} table[] = {
		{"host.gpus", answer_gpus},
		{"host.user", answer_user},
		{"host.env", answer_env},
		{"host.engine", answer_engine},
		{"host.arch", answer_arch},
		{"host.name", answer_name},
		{"now", answer_now},
	};

	*reply = NULL;
	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (!strcmp(op, table[i].op))
			return table[i].answer(ctx, args, reply, e);
	if (steer_knows(op))
		return steer(ctx, op, args, reply, e);
	return err_set(e, ENOSYS, "cnnrun %s does not know '%.40s'", CNNRUN_VERSION, op);
}

struct door answers_door(struct answers *a)
{
	return (struct door){.answer = answer, .ctx = a};
}

void answers_free(struct answers *a)
{
	steer_end(&a->steering);
	strv_free(&a->recorded);
	rights_free(&a->rights);
}
