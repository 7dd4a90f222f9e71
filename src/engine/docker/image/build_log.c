/* SPDX-License-Identifier: MIT */
#include "engine/docker/image/build_log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/http/base64.h"
#include "engine/http/call.h"

enum { STEPS_MAX = 10000 };

void build_log_free(struct build_log *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].key);
		free(l->v[i].name);
	}
	free(l->v);
	free(l->id);
	free(l->failed);
	free(l->failure);
	*l = (struct build_log){0};
}

void build_log_event(struct build_log *l, const struct progress *p)
{
	static const char foreign[] = "exec format error";

	if (p->kind == PROGRESS_LOG && memmem(p->data, p->n, foreign, sizeof foreign - 1))
		l->foreign = true;
	if (l->sink && l->sink->event)
		l->sink->event(l->sink->ctx, p);
}

int build_log_step(struct build_log *l, const char *key, size_t n)
{
	/* backwards: what is told again is mostly recent */
	for (size_t i = l->n; i-- > 0;)
		if (strlen(l->v[i].key) == n && !memcmp(l->v[i].key, key, n))
			return (int)i + 1;
	if (l->n == STEPS_MAX) /* no build: what is told goes to one step */
		return (int)l->n;
	l->v = xrealloc(l->v, (l->n + 1) * sizeof *l->v);
	l->v[l->n++] = (struct build_step){.key = xstrndup(key, n)};
	return (int)l->n;
}

/* {"id":"moby.buildkit.trace","aux":"base64"} */
static int on_trace(struct build_log *l, const char *text)
{
	AUTO_BUF struct buf message = {0};

	/* one that cannot be read only costs its news: the build goes on */
	if (text && base64_decode(text, strlen(text), &message) == 0)
		build_trace(l, message.p, message.n);
	return 0;
}

/* {"status":"Downloading","id":"layer","progressDetail":{"current":1,"total":2}} */
static void on_status(struct build_log *l, const cJSON *j, const char *status)
{
	const char *id = json_str(j, "id");
	const cJSON *detail = json_get(j, "progressDetail");
	AUTO_FREE char *name = id ? xasprintf("%s: %s", id, status) : xstrdup(status);
	struct progress p = {.kind = PROGRESS_STATUS, .name = name};

	one_line(name, 300);
	if (id)
		p.step = build_log_step(l, id, strlen(id));
	p.current = json_int64(detail, "current", 0);
	p.total = json_int64(detail, "total", 0);
	build_log_event(l, &p);
}

int build_log_fail(struct build_log *l, const char *text, struct err *e)
{
	AUTO_FREE char *message = xstrdup(l->failure ? l->failure : text);
	const char *name = l->failed;

	one_line(message, 1200);
	if (!*message)
		str_set(&message, "the container engine gives no reason");
	if (!name && l->current)
		name = l->v[l->current - 1].name;
	if (name && !l->failure)
		build_log_event(l, &(struct progress){.kind = PROGRESS_ERROR,
					   .step = l->current,
					   .name = name,
					   .data = message,
					   .n = strlen(message)});
	if (name)
		return err_set(e, EIO, "build step \"%.300s\" failed: %s", name, message);
	return err_set(e, EIO, "%s", message);
}

int build_log_object(void *ctx, const cJSON *j, struct err *e)
{
	struct build_log *l = ctx;
	const char *id = json_str(j, "id"), *text = json_str(j, "stream");
	const char *error = json_str(json_get(j, "errorDetail"), "message");
	const char *image = json_str(json_get(j, "aux"), "ID");

	if (!error)
		error = json_str(j, "error");
	if (error)
		return build_log_fail(l, error, e);
	if (id && !strcmp(id, "moby.buildkit.trace"))
		return on_trace(l, json_str(j, "aux"));
	if (image)
		str_set(&l->id, image);
	if (text)
		build_classic_text(l, text);
	text = json_str(j, "status");
	if (text)
		on_status(l, j, text);
	return 0;
}
