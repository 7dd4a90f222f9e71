/* SPDX-License-Identifier: MIT */
/* Docker keeps a reply open until the container ends. Podman is asked now and then: its
 * reply has been seen to tell a wrong status. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/mem.h"
#include "engine/container.h"
#include "engine/http/upgrade.h"

#define REPLY_MAX 65536

/* Podman's containers are asked after first quickly, then ever more slowly. */
#define POLL_FIRST_MS 20
#define POLL_LAST_MS  500

struct container_wait {
	struct engine *g;
	char *id;
	struct body_stream body;
	struct buf text;
	int timer; /* -1 = a reply is read */
	long interval_ms;
};

static void set_timer(struct container_wait *w)
{
	struct itimerspec t = {.it_value = {.tv_sec = w->interval_ms / 1000,
				       .tv_nsec = w->interval_ms % 1000 * 1000000}};

	timerfd_settime(w->timer, 0, &t, NULL);
	w->interval_ms += w->interval_ms / 4;
	if (w->interval_ms > POLL_LAST_MS)
		w->interval_ms = POLL_LAST_MS;
}

static int begin(
	struct container_wait *w, const char *name, const char *condition, struct err *e)
{
	AUTO_FREE char *wait =
		xasprintf("/containers/%s/wait?condition=%s", name, condition);
	AUTO_FREE char *inspect = xasprintf("/containers/%s/json", name);

	if (!w->g->info.podman)
		return body_stream_open(w->g, "POST", wait, NULL, false, &w->body, e);
	if (engine_call(w->g, "GET", inspect, NULL, NULL, e) < 0)
		return -1;
	w->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (w->timer < 0)
		return err_errno(e, "timerfd");
	w->interval_ms = POLL_FIRST_MS;
	set_timer(w);
	return 0;
}

static int wait_for(struct engine *g, const char *id, const char *condition,
	struct container_wait **out, struct err *e)
{
	AUTO_FREE char *name = url_segment(id);
	struct container_wait *w = xcalloc(1, sizeof *w);

	w->g = g;
	w->id = xstrdup(id);
	w->timer = -1;
	if (begin(w, name, condition, e) < 0) {
		container_wait_free(w);
		return err_wrap(e, "wait for container %.12s", id);
	}
	*out = w;
	return 0;
}

int container_wait_begin(
	struct engine *g, const char *id, struct container_wait **out, struct err *e)
{
	return wait_for(g, id, "next-exit", out, e);
}

int container_wait_started(
	struct engine *g, const char *id, struct container_wait **out, struct err *e)
{
	return wait_for(g, id, "not-running", out, e);
}

int container_wait_fd(const struct container_wait *w)
{
	return w->timer >= 0 ? w->timer : wire_fd(w->body.wire);
}

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

static int poll_reply(struct container_wait *w, int *status, struct err *e)
{
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

static int poll_inspect(struct container_wait *w, int *status, struct err *e)
{
	AUTO_FREE char *name = url_segment(w->id);
	AUTO_FREE char *path = xasprintf("/containers/%s/json", name);
	AUTO_JSON cJSON *j = NULL;
	const char *phase;
	uint64_t expired;

	if (read(w->timer, &expired, sizeof expired) < 0 && errno != EAGAIN)
		return err_errno(e, "timerfd");
	if (engine_call(w->g, "GET", path, NULL, &j, e) < 0)
		return -1;
	phase = json_str(json_get(j, "State"), "Status");
	if (!phase || (strcmp(phase, "exited") != 0 && strcmp(phase, "dead") != 0)) {
		set_timer(w);
		return 0;
	}
	*status = json_int(json_get(j, "State"), "ExitCode", 125);
	return 1;
}

int container_wait_poll(struct container_wait *w, int *status, struct err *e)
{
	struct err local = {0};
	int rc;

	e = e ? e : &local;
	rc = w->timer >= 0 ? poll_inspect(w, status, e) : poll_reply(w, status, e);
	return rc < 0 ? err_wrap(e, "wait for container %.12s", w->id) : rc;
}

void container_wait_free(struct container_wait *w)
{
	if (!w)
		return;
	body_stream_close(&w->body);
	if (w->timer >= 0)
		close(w->timer);
	buf_free(&w->text);
	free(w->id);
	free(w);
}
