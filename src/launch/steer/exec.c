/* SPDX-License-Identifier: MIT */
/* cnn.exec. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/container.h"
#include "host/user.h"
#include "launch/gate/gate.h"
#include "launch/ids.h"
#include "launch/ledger/owner.h"
#include "launch/own.h"
#include "launch/session/drain.h"
#include "launch/steer/steer.h"
#include "launch/steer/worker.h"

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

/* A profile reaches the containers of its own project only, and what these may do it must
 * have been granted, whichever profile they are of. */
static int find_of_project(const struct steering *s, const char *name, char **id,
	struct rights *rights, struct strv *command, struct err *e)
{
	AUTO_LIST struct container_list l = {0};
	AUTO_JSON cJSON *its = NULL;
	const struct container_item *found;
	const char *project, *text;

	if (own_list(s->engine, false, &l, NULL, e) < 0)
		return -1;
	found = own_match(&l, name);
	project = found ? kvs_get(&found->labels, LABEL_PROJECT) : NULL;
	if (!project || strcmp(project, s->src->project) != 0)
		return err_set(e, ENOENT,
			"cnn.exec: this project has no running container '%.80s'", name);
	text = kvs_get(&found->labels, LABEL_RIGHTS);
	its = json_parse(text, strlen(text), e);
	if (!its || rights_parse(its, rights, e) < 0)
		return -1;
	*id = xstrdup(found->id);
	gate_enter(&found->labels, false, command);
	return 0;
}

/* A command that closed its output may go on for long. */
static int wait_for_exec(
	struct engine *g, const char *exec_id, int *status, struct err *e)
{
	bool running = true;

	return container_exec_wait(g, exec_id, -1, &running, status, e);
}

struct exec_work {
	const char *id;
	struct exec_request *x;
	const char *input;
};

static bool keep(void *ctx, int channel, const char *data, size_t n)
{
	const struct launch_io *io = ctx;

	io->take(io->ctx, channel, data, n);
	return true;
}

static int exec_now(void *ctx, struct worker *w, int *status, struct err *e)
{
	const struct exec_work *l = ctx;
	AUTO_FREE char *exec_id = NULL;
	AUTO_STREAM struct stream *stream = NULL;

	if (container_exec(w->g, l->id, l->x, &exec_id, &stream, status, e) < 0)
		return -1;
	w->events.on_start(w->events.ctx, l->id);
	if (drain(stream, l->input, false, w->io.take ? keep : drain_out, &w->io, e) < 0)
		return -1;
	return wait_for_exec(w->g, exec_id, status, e);
}

static bool is_past_start(void *ctx)
{
	const struct handle *x = ctx;

	return x->running || handle_ended(x);
}

/* By its name, or by its handle once it runs. */
static const char *find_name(struct steering *s, const cJSON *args, struct err *e)
{
	const char *name = json_str(args, "container");
	struct handle *x = NULL;

	if (json_get(args, "handle")) {
		x = steer_handle(s, args, e);
		if (!x || handles_wait(&s->handles, is_past_start, x, -1, 0, e) < 0)
			return NULL;
		name = x->name;
	}
	if (!name || !*name)
		err_set(e, EINVAL, "cnn.exec: the container's name is missing");
	else if (x && handle_ended(x))
		err_set(e, ENOENT, "cnn.exec: %s has ended", name);
	else
		return name;
	return NULL;
}

static int begin(struct steering *s, const cJSON *args, const char *name,
	struct exec_request *x, struct rights *rights, cJSON **reply, struct err *e)
{
	AUTO_FREE char *id = NULL;
	struct exec_work l = {.x = x, .input = json_str(args, "input")};
	struct work work = {.run = exec_now,
		.ctx = &l,
		.name = name,
		.input = l.input,
		.shown = !json_bool(args, "capture", false)};
	struct handle *h;

	if (run_check(e) < 0 ||
		find_of_project(s, name, &id, rights, &x->command, e) < 0 ||
		allow(rights, s->src, &s->hooks->consent, e) < 0)
		return -1;
	l.id = id;
	h = handle_new(&s->handles);
	h->foreground = json_bool(args, "foreground", false);
	if (worker_start(&s->handles, h, engine_info(s->engine)->url, &work, e) < 0)
		return -1;
	*reply = steer_begun(h);
	return 0;
}

/* NULL or the end of a number that is an id. */
static const char *id_end(const char *s, unsigned *id)
{
	size_t n = strspn(s, "0123456789");
	unsigned long value = strtoul(s, NULL, 10);

	if (!n || n > 10 || value >= ID_NONE)
		return NULL;
	*id = (unsigned)value;
	return s + n;
}

/* A name is whose the image says, which may be root. A number without a group would get
 * the one that the image says: it gets the user's. */
static void exec_rights(struct exec_request *x, const struct host_user *me, char **user,
	struct rights *rights)
{
	const char *colon = strchr(x->user, ':'), *end;
	unsigned uid, gid = me->gid;

	end = id_end(x->user, &uid);
	if (!end || (*end && end != colon) || uid == 0) {
		rights_add(rights, RIGHT_ROOT, NULL);
		return;
	}
	rights_add_uid(rights, me, uid);
	end = colon ? id_end(colon + 1, &gid) : "";
	if (end && !*end)
		rights_add_gid(rights, me, gid);
	else
		rights_add(rights, RIGHT_GID, colon + 1);
	*user = colon ? xstrdup(x->user) : xasprintf("%u:%u", uid, gid);
	x->user = *user;
}

static int exec_user(
	struct exec_request *x, char **user, struct rights *rights, struct err *e)
{
	AUTO_USER struct host_user me = {0};

	if (!x->user || !*x->user)
		return 0;
	if (host_user_get(&me, e) < 0)
		return -1;
	exec_rights(x, &me, user, rights);
	return 0;
}

int steer_exec(struct steering *s, const cJSON *args, cJSON **reply, struct err *e)
{
	struct exec_request x = {.open_stdin = json_str(args, "input") != NULL};
	const char *name = find_name(s, args, e);
	AUTO_RIGHTS struct rights rights = {0};
	AUTO_FREE char *user = NULL;
	int result = -1;

	if (!name)
		return -1;
	if (read_exec(args, &x, e) == 0 &&
		exec_user(&x, &user, s->notes ? s->notes->rights : &rights, e) == 0 &&
		(s->notes || steer_turn(s, 0, e) == 0)) {
		result = 0;
		if (s->notes)
			*reply = steer_note(s->notes, name, &x.command);
		else
			result = begin(s, args, name, &x, &rights, reply, e);
	}
	strv_free(&x.command);
	kvs_free(&x.env);
	return result;
}
