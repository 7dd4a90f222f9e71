/* SPDX-License-Identifier: MIT */
#include "launch/steer/listen.h"

#include <string.h>

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

static void tell_line(struct listener *l, int channel)
{
	struct buf *line = &l->line[channel == 2];
	cJSON *data = cJSON_CreateObject();

	if (line->n && line->p[line->n - 1] == '\r')
		line->p[--line->n] = 0;
	for (size_t i = 0; i < line->n; i++)
		if (!line->p[i])
			line->p[i] = '?'; /* JSON text ends at a NUL */
	cJSON_AddStringToObject(data, "stream", channel == 2 ? "stderr" : "stdout");
	cJSON_AddStringToObject(data, "line", buf_str(line));
	tell(l, "log", data);
	line->n = 0;
}

static void on_log(void *ctx, int channel, const char *data, size_t n)
{
	struct listener *l = ctx;
	struct buf *line = &l->line[channel == 2];

	while (n) {
		const char *end = memchr(data, '\n', n);
		size_t k = end ? (size_t)(end - data) : n;

		if (k > LINE_MAX_BYTES - line->n) {
			k = LINE_MAX_BYTES - line->n;
			end = NULL;
		}
		buf_add(line, data, k);
		if (end || line->n == LINE_MAX_BYTES)
			tell_line(l, channel);
		k += end != NULL;
		data += k;
		n -= k;
	}
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

	for (int channel = 1; channel <= 2; channel++)
		if (l->line[channel == 2].n)
			tell_line(l, channel);
	if (status >= 0 && !l->detached) {
		data = cJSON_CreateObject();
		cJSON_AddNumberToObject(data, "code", status);
		tell(l, "exit", data);
	}
	buf_free(&l->line[0]);
	buf_free(&l->line[1]);
	return !l->failed;
}
