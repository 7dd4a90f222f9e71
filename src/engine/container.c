/* SPDX-License-Identifier: MIT */
/* The verbs on containers, by the engine's table. */
#include "engine/container.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "engine/http/call.h"
#include "engine/ops.h"

static int lacks(
	struct engine *g, enum engine_can ability, const char *what, struct err *e)
{
	if (g->info.can & ability)
		return 0;
	return err_set(e, ENOTSUP, "the engine at %s (%s) cannot %s", g->url,
		g->ops->title, what);
}

/* The exit status docker gives for a refused start, exec or attach. */
static int refused_status(const struct err *e)
{
	return e->code == ERR_NO_PROGRAM ? 127 : e->code == ERR_NOT_PROGRAM ? 126 : 125;
}

void container_state_free(struct container_state *c)
{
	free(c->name);
	free(c->image);
	free(c->image_id);
	free(c->error);
	free(c->workdir);
	free(c->user);
	kvs_free(&c->labels);
	kvs_free(&c->ports);
	*c = (struct container_state){0};
}

void container_list_free(struct container_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		struct container_item *c = &l->v[i];

		free(c->id);
		free(c->name);
		free(c->image);
		free(c->image_id);
		free(c->state);
		free(c->status);
		kvs_free(&c->labels);
	}
	free(l->v);
	*l = (struct container_list){0};
}

int container_create(struct engine *g, const struct resolved *s, char **id,
	struct strv *warnings, struct err *e)
{
	return g->ops->create(g, s, id, warnings, e);
}

int container_start(struct engine *g, const char *id, const char *detach_keys,
	int *status, struct err *e)
{
	struct err local = {0};

	e = e ? e : &local;
	if (g->ops->start(g, id, detach_keys, e) == 0)
		return 0;
	*status = refused_status(e);
	return -1;
}

int container_kill(struct engine *g, const char *id, const char *signal, struct err *e)
{
	return g->ops->signal(g, id, signal, e);
}

int container_stop(struct engine *g, const char *id, int seconds, struct err *e)
{
	return g->ops->stop(g, id, seconds, e);
}

int container_remove(
	struct engine *g, const char *id, bool force, bool *gone, struct err *e)
{
	return g->ops->remove(g, id, force, gone, e);
}

int container_rename(struct engine *g, const char *id, const char *name, struct err *e)
{
	return g->ops->rename(g, id, name, e);
}

int container_resize(struct engine *g, const char *id, int rows, int cols, struct err *e)
{
	return g->ops->resize(g, id, rows, cols, e);
}

int container_inspect(struct engine *g, const char *id, struct container_state *out,
	bool *found, struct err *e)
{
	return g->ops->inspect(g, id, out, found, e);
}

int container_list(struct engine *g, const char *label, bool all,
	struct container_list *out, struct err *e)
{
	return g->ops->list(g, label, all, out, e);
}

int container_attach(struct engine *g, const char *id, bool tty, bool open_stdin,
	bool logs, const char *detach_keys, struct stream **out, struct err *e)
{
	if (lacks(g, CAN_ATTACH, "attach to containers", e) < 0)
		return -1;
	return g->ops->attach(g, id, tty, open_stdin, logs, detach_keys, out, e);
}

int container_logs(struct engine *g, const char *id, bool tty, bool follow, int tail,
	bool timestamps, struct stream **out, struct err *e)
{
	return g->ops->logs(g, id, tty, follow, tail, timestamps, out, e);
}

static int wait_for(struct engine *g, const char *id, bool started,
	struct container_wait **out, struct err *e)
{
	if (g->ops->wait(g, id, started, out, e) < 0)
		return err_wrap(e, "wait for container %.12s", id);
	(*out)->g = g;
	(*out)->id = xstrdup(id);
	return 0;
}

int container_wait_begin(
	struct engine *g, const char *id, struct container_wait **out, struct err *e)
{
	return wait_for(g, id, false, out, e);
}

int container_wait_started(
	struct engine *g, const char *id, struct container_wait **out, struct err *e)
{
	return wait_for(g, id, true, out, e);
}

int container_wait_fd(const struct container_wait *w)
{
	return w->fd;
}

int container_wait_poll(struct container_wait *w, int *status, struct err *e)
{
	struct err local = {0};
	int rc;

	e = e ? e : &local;
	rc = w->poll(w, status, e);
	return rc < 0 ? err_wrap(e, "wait for container %.12s", w->id) : rc;
}

void container_wait_free(struct container_wait *w)
{
	if (!w)
		return;
	w->free(w);
	free(w->id);
	free(w);
}

/* Before the engine's words for it, which the user did not choose. */
static int check_exec(const struct exec_request *x, struct err *e)
{
	AUTO_JSON cJSON *said = cJSON_CreateObject();

	cJSON_AddItemToObject(said, "command", json_strv(&x->command));
	cJSON_AddItemToObject(said, "env", json_kvs(&x->env));
	json_put(said, "user", x->user);
	json_put(said, "workdir", x->workdir);
	return json_check_utf8(said, e);
}

int container_exec(struct engine *g, const char *id, const struct exec_request *x,
	char **exec_id, struct stream **out, int *status, struct err *e)
{
	struct err local = {0};

	e = e ? e : &local;
	*status = 125;
	if (lacks(g, CAN_EXEC, "run commands in running containers", e) < 0 ||
		check_exec(x, e) < 0)
		return -1;
	if (g->ops->exec(g, id, x, exec_id, out, e) == 0)
		return 0;
	*status = refused_status(e);
	return -1;
}

int container_exec_resize(
	struct engine *g, const char *exec_id, int rows, int cols, struct err *e)
{
	return g->ops->exec_resize(g, exec_id, rows, cols, e);
}

int container_exec_wait(struct engine *g, const char *exec_id, int limit_ms,
	bool *running, int *status, struct err *e)
{
	int step = 10;

	for (int waited = 0;; waited += step) {
		if (g->ops->exec_status(g, exec_id, running, status, e) < 0)
			return -1;
		if (!*running || (limit_ms >= 0 && waited >= limit_ms))
			return 0;
		usleep((useconds_t)step * 1000);
		if (step < 200)
			step += step / 2;
	}
}

int container_get_file(struct engine *g, const char *id, const char *path, size_t max,
	struct buf *out, bool *found, struct err *e)
{
	return g->ops->get(g, id, path, max, out, found, e);
}

int container_export(struct engine *g, const char *id,
	int (*data)(void *ctx, const char *p, size_t n), void *ctx, struct err *e)
{
	return g->ops->export(g, id, data, ctx, e);
}

int container_path_look(struct engine *g, const char *id, const char *path,
	struct container_path *out, struct err *e)
{
	return g->ops->look(g, id, path, out, e);
}

void container_own_paths(
	const struct engine *g, const struct resolved *s, struct strv *out)
{
	g->ops->own_paths(s, out);
}

const char *container_hosts(struct engine *g, const struct resolved *s)
{
	return g->ops->hosts ? g->ops->hosts(s) : NULL;
}

int container_put_files(struct engine *g, const char *id, const struct resolved *s,
	const struct resolved_file *files, size_t n, struct err *e)
{
	if (lacks(g, CAN_PUT, "put files into containers", e) < 0)
		return -1;
	return g->ops->put(g, id, s, files, n, e);
}
