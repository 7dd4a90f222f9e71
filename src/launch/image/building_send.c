/* SPDX-License-Identifier: MIT */
/* The opened inputs, as the engine wants them. */
#include "base/mem.h"
#include "build/arguments.h"
#include "build/context.h"
#include "engine/image.h"
#include "engine/registry/proxies.h"
#include "launch/image/building.h"

struct sending {
	const struct build_inputs *in;
	struct context *context;
};

static int begin(void *ctx, bool classic, struct err *e)
{
	struct sending *s = ctx;

	context_free(s->context);
	s->context = NULL;
	return context_open(s->in, classic, &s->context, e);
}

static ssize_t next(void *ctx, char *to, size_t n)
{
	struct sending *s = ctx;

	return context_read(s->context, to, n);
}

int building_send(
	struct building *w, const volatile int *cancel, char **id, struct err *e)
{
	AUTO_FREE char *name = build_inputs_name(w->in);
	AUTO_KVS struct kvs args = {0};
	AUTO_STRV struct strv secret = {0};
	struct sending s = {.in = w->in};
	const struct build_request r = {.tag = w->b.tag,
		.target = w->b.target,
		.network = w->b.network,
		.platform = w->b.platform,
		.args = &args,
		.labels = &w->b.labels,
		.cache_from = &w->b.cache_from,
		.no_cache = w->b.no_cache,
		.classic = build_inputs_classic(w->in),
		.dockerfile = name,
		.begin = begin,
		.read = next,
		.ctx = &s};
	int rc;

	build_arguments(&w->b, &args);
	/* allowed when the build was resolved */
	docker_proxies(engine_socket(engine_info(w->g)->url), &args, &secret);
	rc = image_build(w->g, &r, w->sink, cancel, id, e);
	/* what the engine says of a transfer that broke is not the cause */
	if (rc < 0 && s.context && *context_error(s.context)->msg)
		*e = *context_error(s.context);
	context_free(s.context);
	return rc;
}
