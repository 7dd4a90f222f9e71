/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "engine/docker/docker.h"

int docker_export(struct engine *g, const char *id,
	int (*data)(void *ctx, const char *p, size_t n), void *ctx, struct err *e)
{
	AUTO_FREE char *name = url_segment(id);
	AUTO_FREE char *path = xasprintf("/containers/%s/export", name);
	AUTO_REPLY struct reply r = {0};
	struct http_request q = {.method = "GET",
		.path = path,
		.data = data,
		.data_ctx = ctx,
		.timeout_ms = engine_patience(g, "GET")};

	if (engine_do(g, &q, &r, e) < 0)
		return -1;
	return r.status >= 300 ? engine_fail(e, &r) : 0;
}
