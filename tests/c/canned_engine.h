/* SPDX-License-Identifier: MIT */
/* A third kind of engine, for what stands above the interface: one container, which does
 * what the test says, and a list of what was asked. */
#ifndef CNNRUN_TESTS_CANNED_ENGINE_H
#define CNNRUN_TESTS_CANNED_ENGINE_H

#include "test.h"

#include <sys/eventfd.h>
#include <sys/socket.h>

#include "engine/http/call.h"
#include "engine/http/stream_open.h"
#include "engine/ops.h"

static struct {
	struct buf asked;     /* "create put start " */
	const char *fails;    /* what of that fails, the first time */
	struct err why;       /* with this */
	const char *output;   /* of the container, to stdout */
	int status;           /* its end */
	enum gpu_select gpus; /* what the last one was created with */
	const char *taken_by; /* the label of a container of the same name */
	int peer, ended;      /* the container's side of attach and wait; -1 = none */
} canned;

static int ask(const char *what, struct err *e)
{
	buf_addf(&canned.asked, "%s ", what);
	if (!canned.fails || strcmp(canned.fails, what) != 0)
		return 0;
	canned.fails = NULL;
	return err_set(e, canned.why.code, "%s", canned.why.msg);
}

static int canned_create(struct engine *g, const struct resolved *s, char **id,
	struct strv *warnings, struct err *e)
{
	(void)g;
	(void)warnings;
	canned.gpus = s->set.gpus.select;
	if (ask("create", e) < 0)
		return -1;
	*id = xstrdup("c1");
	return 0;
}

static int canned_put(struct engine *g, const char *id, const struct resolved *s,
	const struct resolved_file *files, size_t n, struct err *e)
{
	(void)g;
	(void)id;
	(void)s;
	(void)files;
	(void)n;
	return ask("put", e);
}

static int canned_attach(struct engine *g, const char *id, bool tty, bool open_stdin,
	bool logs, const char *detach_keys, struct stream **out, struct err *e)
{
	struct body_stream body = {.kind = BODY_TO_END};
	int pair[2];

	(void)g;
	(void)id;
	(void)open_stdin;
	(void)logs;
	(void)detach_keys;
	if (ask("attach", e) < 0)
		return -1;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	canned.peer = pair[1];
	body.wire = unix_wire(pair[0]);
	*out = stream_new(&body, tty);
	return 0;
}

static int canned_wait_poll(struct container_wait *w, int *status, struct err *e)
{
	uint64_t n;

	(void)e;
	if (read(w->fd, &n, sizeof n) < 0)
		return 0;
	*status = canned.status;
	return 1;
}

static void canned_wait_free(struct container_wait *w)
{
	close(w->fd);
}

static int canned_wait(struct engine *g, const char *id, bool started,
	struct container_wait **out, struct err *e)
{
	struct container_wait *w;

	(void)g;
	(void)id;
	(void)started;
	if (ask("wait", e) < 0)
		return -1;
	w = xcalloc(1, sizeof *w);
	w->fd = canned.ended = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	w->poll = canned_wait_poll;
	w->free = canned_wait_free;
	*out = w;
	return 0;
}

static void hang_up(void)
{
	if (canned.peer >= 0)
		close(canned.peer);
	canned.peer = -1;
}

/* It starts, says what it has to say, and ends. */
static int canned_start(
	struct engine *g, const char *id, const char *detach_keys, struct err *e)
{
	size_t n = canned.output ? strlen(canned.output) : 0;
	const char head[8] = {1, 0, 0, 0, 0, 0, (char)(n >> 8), (char)n};

	(void)g;
	(void)id;
	(void)detach_keys;
	if (ask("start", e) < 0)
		return -1;
	if (canned.peer < 0)
		return 0;
	assert_int_equal(write(canned.peer, head, sizeof head), sizeof head);
	assert_int_equal(write(canned.peer, canned.output, n), n);
	assert_int_equal(eventfd_write(canned.ended, 1), 0);
	hang_up();
	return 0;
}

static int canned_remove(
	struct engine *g, const char *id, bool force, bool *gone, struct err *e)
{
	(void)g;
	(void)id;
	(void)force;
	hang_up();
	if (gone)
		*gone = false;
	return ask("remove", e);
}

static int canned_inspect(struct engine *g, const char *id, struct container_state *out,
	bool *found, struct err *e)
{
	(void)g;
	*found = canned.taken_by != NULL;
	if (ask("inspect", e) < 0)
		return -1;
	if (*found) {
		out->name = xstrdup(id);
		kvs_set(&out->labels, canned.taken_by, "1");
	}
	return 0;
}

/* A plain directory or file, whatever the path. */
static int canned_look(struct engine *g, const char *id, const char *path,
	struct container_path *out, struct err *e)
{
	(void)g;
	(void)id;
	(void)path;
	out->found = true;
	return ask("look", e);
}

static void canned_own_paths(const struct resolved *s, struct strv *out)
{
	(void)s;
	(void)out;
}

static struct engine *canned_engine(unsigned can)
{
	static struct engine_ops ops = {.name = "canned",
		.title = "Canned",
		.create = canned_create,
		.look = canned_look,
		.own_paths = canned_own_paths,
		.put = canned_put,
		.attach = canned_attach,
		.wait = canned_wait,
		.start = canned_start,
		.remove = canned_remove,
		.inspect = canned_inspect};

	ops.can = can;
	buf_free(&canned.asked);
	memset(&canned, 0, sizeof canned);
	canned.peer = -1;
	return engine_new(&ops, "canned:///");
}

#endif
