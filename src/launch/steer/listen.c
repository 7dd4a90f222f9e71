/* SPDX-License-Identifier: MIT */
#include "launch/steer/listen.h"

#include "base/log.h"

/* A longer line is told in parts. */
enum { LINE_MAX_BYTES = 65536 };

static void tell(struct listener *l, const char *event, cJSON *data)
{
	struct err e = {0};

	if (!l->failed && profile_listens(l->profile, event) &&
		profile_event(l->profile, l->door, event, data, &e) < 0) {
		/* The container goes on: it is not the handler's to end by a mistake. */
		if (e.code != ERR_INTERRUPTED)
			log_error("%s", e.msg);
		l->failed = true;
	}
	cJSON_Delete(data);
}

static void on_start(void *ctx, const char *id)
{
	cJSON *data = cJSON_CreateObject();

	cJSON_AddStringToObject(data, "id", id);
	tell(ctx, "start", data);
}

static void tell_line(void *listener, int channel, struct buf *line)
{
	cJSON *data = cJSON_CreateObject();

	for (size_t i = 0; i < line->n; i++)
		if (!line->p[i])
			line->p[i] = '?'; /* JSON text ends at a NUL */
	cJSON_AddStringToObject(data, "stream", channel == 2 ? "stderr" : "stdout");
	cJSON_AddStringToObject(data, "line", buf_str(line));
	tell(listener, "log", data);
}

static void on_log(void *ctx, int channel, const char *data, size_t n)
{
	struct listener *l = ctx;

	lines_add(&l->lines, LINE_MAX_BYTES, channel, data, n, tell_line, l);
}

static void on_detach(void *ctx)
{
	((struct listener *)ctx)->detached = true;
}

bool listen_begin(struct listener *l, struct launch_events *events)
{
	bool start = profile_listens(l->profile, "start");
	bool log = profile_listens(l->profile, "log");

	if (!start && !log && !profile_listens(l->profile, "exit"))
		return false;
	*events = (struct launch_events){.on_start = start ? on_start : NULL,
		.on_log = log ? on_log : NULL,
		.on_detach = on_detach,
		.ctx = l};
	return true;
}

bool listen_end(struct listener *l, int status)
{
	cJSON *data;

	lines_end(&l->lines, tell_line, l);
	if (status >= 0 && !l->detached) {
		data = cJSON_CreateObject();
		cJSON_AddNumberToObject(data, "code", status);
		tell(l, "exit", data);
	}
	return !l->failed;
}
