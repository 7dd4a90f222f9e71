/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "engine/docker/docker.h"

static int get(struct engine *g, struct http_request *q, struct err *e)
{
	AUTO_REPLY struct reply r = {0};

	q->method = "GET";
	if (engine_do(g, q, &r, e) < 0)
		return -1;
	return r.status >= 300 ? engine_fail(e, &r) : 0;
}

int docker_export(struct engine *g, const char *id,
	int (*data)(void *ctx, const char *p, size_t n), void *ctx, struct err *e)
{
	AUTO_FREE char *name = url_segment(id);
	AUTO_FREE char *path = xasprintf("/containers/%s/export", name);
	struct http_request q = {.path = path,
		.data = data,
		.data_ctx = ctx,
		.timeout_ms = engine_patience(g, "GET")};

	return get(g, &q, e);
}

/* However long that takes: images have many gigabytes. */
int docker_save(struct engine *g, const char *id,
	int (*data)(void *ctx, const char *p, size_t n), void *ctx, struct err *e)
{
	AUTO_FREE char *name = url_ref(id);
	AUTO_FREE char *path = xasprintf("/images/%s/get", name);
	struct http_request q = {.path = path, .data = data, .data_ctx = ctx};

	return get(g, &q, e);
}
