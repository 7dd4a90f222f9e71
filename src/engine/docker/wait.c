/* SPDX-License-Identifier: MIT */
/* A reply that is kept open until the container ends. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/docker/docker.h"

#define REPLY_MAX 65536

struct wait {
	struct container_wait base;
	struct body_stream body;
	struct buf text;
};

/* {"Error":null,"StatusCode":42} */
static int read_status(const struct buf *text, int *status, struct err *e)
{
	AUTO_JSON cJSON *j = json_parse(buf_str(text), text->n, e);
	const char *message = json_str(json_get(j, "Error"), "Message");
	const cJSON *code = json_get(j, "StatusCode");

	if (!j)
		return err_wrap(e, "unreadable reply of the container engine");
	if (message && *message) {
		err_set(e, EIO, "%s", message);
		one_line(e->msg, sizeof e->msg - 1);
		return -1;
	}
	if (!cJSON_IsNumber(code))
		return err_set(e, EPROTO, "the container engine told no exit status");
	*status = code->valueint;
	return 1;
}

static int wait_poll(struct container_wait *base, int *status, struct err *e)
{
	struct wait *w = (struct wait *)base;
	struct err end = {0};

	while (w->text.n < REPLY_MAX) {
		ssize_t k =
			body_stream_recv(&w->body, buf_room(&w->text, 512), 512, &end);

		if (k == 0)
			return 0;
		if (k > 0) {
			w->text.n += (size_t)k;
			w->text.p[w->text.n] = 0;
			continue;
		}
		if (end.code)
			return err_set(e, end.code, "%s", end.msg);
		if (!w->text.n)
			return err_set(e, ECONNRESET, "lost the container engine");
		return read_status(&w->text, status, e);
	}
	return err_set(e, EPROTO, "unreadable reply of the container engine: endless");
}

static void wait_free(struct container_wait *base)
{
	struct wait *w = (struct wait *)base;

	body_stream_close(&w->body);
	buf_free(&w->text);
}

int docker_wait(struct engine *g, const char *id, bool started,
	struct container_wait **out, struct err *e)
{
	AUTO_FREE char *name = url_segment(id);
	AUTO_FREE char *path = xasprintf("/containers/%s/wait?condition=%s", name,
		started ? "not-running" : "next-exit");
	struct body_stream body;
	struct wait *w;

	if (engine_stream(g, "POST", path, NULL, false, &body, e) < 0)
		return -1;
	w = xcalloc(1, sizeof *w);
	w->body = body;
	w->base.fd = wire_fd(body.wire);
	w->base.poll = wait_poll;
	w->base.free = wait_free;
	*out = &w->base;
	return 0;
}
