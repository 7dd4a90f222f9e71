/* SPDX-License-Identifier: MIT */
/* Every call of the engine, each as a function of the engine alone. */
#ifndef CNNRUN_TESTS_HOSTILE_CALLS_H
#define CNNRUN_TESTS_HOSTILE_CALLS_H

#include "build_test.h"
#include "shell_resolved.h"

#include <fcntl.h>
#include <poll.h>

#include "engine/container.h"
#include "engine/http/call.h"
#include "engine/image.h"
#include "engine/network.h"

static char *context; /* of the builds */

static inline int call_ping(struct engine *g, struct err *e)
{
	return engine_call(g, "GET", "/_ping2", NULL, NULL, e);
}

static inline int call_info(struct engine *g, struct err *e)
{
	const struct engine_facts *f;

	return engine_facts(g, &f, e);
}

static inline int call_image_inspect(struct engine *g, struct err *e)
{
	struct image i = {0};
	bool found;
	int rc = image_inspect(g, "busybox", &i, &found, e);

	image_free(&i);
	return rc;
}

static inline int call_image_remove(struct engine *g, struct err *e)
{
	return image_remove(g, "busybox", e);
}

static inline int call_pull(struct engine *g, struct err *e)
{
	return image_pull(g, "busybox", NULL, true, NULL, e);
}

static inline int call_import(struct engine *g, struct err *e)
{
	int fd = open("/dev/null", O_RDONLY);
	AUTO_FREE char *id = NULL;
	int rc = image_import(g, fd, "x", NULL, NULL, &id, e);

	close(fd);
	return rc;
}

static inline int call_build(struct engine *g, struct err *e)
{
	struct plan_build b = {.wanted = true, .context = context, .tag = xstrdup("x")};
	AUTO_FREE char *id = NULL;
	int rc = build_on(g, &b, false, NULL, NULL, &id, e);

	free(b.tag);
	return rc;
}

static inline int call_classic_build(struct engine *g, struct err *e)
{
	int rc;

	setenv("DOCKER_BUILDKIT", "0", 1);
	rc = call_build(g, e);
	unsetenv("DOCKER_BUILDKIT");
	return rc;
}

static inline int call_network(struct engine *g, struct err *e)
{
	bool yes;

	return network_exists(g, "x", &yes, e);
}

static inline int call_volumes(struct engine *g, struct err *e)
{
	AUTO_KVS struct kvs found = {0};

	return volume_list(g, "x", "y", &found, e);
}

static inline int call_volume_create(struct engine *g, struct err *e)
{
	return volume_create(g, "x", &(struct kvs){0}, e);
}

static inline int call_volume_remove(struct engine *g, struct err *e)
{
	return volume_remove(g, "x", e);
}

static inline int call_list(struct engine *g, struct err *e)
{
	struct container_list l = {0};
	int rc = container_list(g, "x", true, &l, e);

	container_list_free(&l);
	return rc;
}

static inline int call_inspect(struct engine *g, struct err *e)
{
	struct container_state c = {0};
	bool found;
	int rc = container_inspect(g, "x", &c, &found, e);

	container_state_free(&c);
	return rc;
}

static inline int call_create(struct engine *g, struct err *e)
{
	struct resolved s = shell_resolved("true");
	AUTO_STRV struct strv warnings = {0};
	AUTO_FREE char *id = NULL;
	int rc = container_create(g, &s, &id, &warnings, e);

	free_resolved(&s);
	return rc;
}

static inline int call_start(struct engine *g, struct err *e)
{
	int status;

	return container_start(g, "x", NULL, &status, e);
}

static inline int call_kill(struct engine *g, struct err *e)
{
	return container_kill(g, "x", "TERM", e);
}

static inline int call_stop(struct engine *g, struct err *e)
{
	return container_stop(g, "x", 0, e);
}

static inline int call_resize(struct engine *g, struct err *e)
{
	return container_resize(g, "x", 1, 1, e);
}

static inline int call_remove(struct engine *g, struct err *e)
{
	bool gone;

	return container_remove(g, "x", true, &gone, e);
}

/* Reads at most a MiB of what should be output. */
static inline int drain(struct stream *st, struct err *e)
{
	struct iovec piece;
	size_t total = 0;
	int channel, k = 0;

	while (total < (1 << 20) && (k = stream_take(st, &piece, 1, &channel, e)) >= 0) {
		struct pollfd p = {.fd = stream_fd(st), .events = POLLIN};

		total += k > 0 ? piece.iov_len : 0;
		if (!k && poll(&p, 1, 100) == 0)
			break; /* output may be silent */
	}
	stream_free(st);
	return k < 0 && e->code ? -1 : 0;
}

static inline int call_attach(struct engine *g, struct err *e)
{
	struct stream *st = NULL;

	if (container_attach(g, "x", false, true, false, NULL, &st, e) < 0)
		return -1;
	return drain(st, e);
}

static inline int call_logs(struct engine *g, struct err *e)
{
	struct stream *st = NULL;

	if (container_logs(g, "x", true, false, -1, false, &st, e) < 0)
		return -1;
	return drain(st, e);
}

static inline int call_wait(struct engine *g, struct err *e)
{
	struct container_wait *w = NULL;
	int status = 0, rc;

	if (container_wait_begin(g, "x", &w, e) < 0)
		return -1;
	while ((rc = container_wait_poll(w, &status, e)) == 0) {
		struct pollfd p = {.fd = container_wait_fd(w), .events = POLLIN};

		if (poll(&p, 1, 100) == 0)
			break; /* a container may run for ever */
	}
	container_wait_free(w);
	return rc < 0 ? -1 : 0;
}

static inline int call_exec(struct engine *g, struct err *e)
{
	struct exec_request x = {0};
	struct stream *st = NULL;
	AUTO_FREE char *id = NULL;
	int status, rc;

	strv_add(&x.command, "true");
	rc = container_exec(g, "x", &x, &id, &st, &status, e);
	strv_free(&x.command);
	return rc < 0 ? -1 : drain(st, e);
}

static inline int call_exec_status(struct engine *g, struct err *e)
{
	bool running;
	int status;

	return container_exec_wait(g, "x", 0, &running, &status, e);
}

static inline int call_exec_resize(struct engine *g, struct err *e)
{
	return container_exec_resize(g, "x", 1, 1, e);
}

static inline int call_get_file(struct engine *g, struct err *e)
{
	AUTO_BUF struct buf text = {0};
	bool found;

	return container_get_file(g, "x", "/etc/passwd", 65536, &text, &found, e);
}

static inline int call_put_files(struct engine *g, struct err *e)
{
	char path[] = "/etc/x", data[] = "x";
	struct resolved_file f = {.path = path, .data = data, .n = 1, .mode = 0600};

	return container_put_files(g, "x", NULL, &f, 1, e);
}

static const struct {
	const char *name;
	int (*call)(struct engine *g, struct err *e);
	bool streams; /* may take as long as the engine likes */
} calls[] = {{"ping", call_ping, false}, {"info", call_info, false},
	{"image inspect", call_image_inspect, false},
	{"image remove", call_image_remove, false}, {"pull", call_pull, true},
	{"import", call_import, true}, {"build", call_build, true},
	{"classic build", call_classic_build, true}, {"network", call_network, false},
	{"volumes", call_volumes, false}, {"volume remove", call_volume_remove, false},
	{"volume create", call_volume_create, false}, {"list", call_list, false},
	{"inspect", call_inspect, false}, {"create", call_create, false},
	{"start", call_start, false}, {"kill", call_kill, false},
	{"stop", call_stop, false}, {"resize", call_resize, false},
	{"remove", call_remove, false}, {"attach", call_attach, false},
	{"logs", call_logs, false}, {"wait", call_wait, false},
	{"exec", call_exec, false}, {"exec status", call_exec_status, false},
	{"exec resize", call_exec_resize, false}, {"get file", call_get_file, false},
	{"put files", call_put_files, false}};

#endif
