/* SPDX-License-Identifier: MIT */
/* The opened inputs, as the engine wants them. */
#include <string.h>

#include "base/mem.h"
#include "build/arguments.h"
#include "build/context.h"
#include "build/newer.h"
#include "engine/image.h"
#include "engine/registry/proxies.h"
#include "launch/allow.h"
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

/* With all that is borrowed there. */
static int send(struct building *w, struct offering *o, const volatile int *cancel,
	char **id, struct err *e)
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
		.cache_from = &o->images,
		.no_cache = w->b.no_cache,
		.classic = build_inputs_classic(w->in),
		.dockerfile = name,
		.offer = o->wanted ? &o->offer : NULL,
		.begin = begin,
		.read = next,
		.ctx = &s};
	int rc;

	build_arguments(&w->b, &args);
	/* allowed when the build was resolved */
	docker_proxies(engine_info(w->g)->url, &args, &secret);
	rc = image_build(w->g, &r, w->sink, cancel, id, e);
	/* what the engine says of a transfer that broke is not the cause */
	if (rc < 0 && s.context && *context_error(s.context)->msg)
		*e = *context_error(s.context);
	context_free(s.context);
	return rc;
}

/* The registry has refused who came without a login: may it be used? */
static int ask_login(struct building *w, struct err *e)
{
	AUTO_RIGHTS struct rights wanted = {0};

	for (size_t i = 0; i < w->refused.n; i++)
		rights_add(&wanted, RIGHT_LOGIN, w->refused.v[i]);
	return allow(&wanted, w->who->src, w->who->how, e);
}

/* The engine says what it cannot read or fetch; here is what helps. */
static void explain(
	const struct building *w, const struct build_reach *reach, struct err *e)
{
	const struct engine_info *g = engine_info(w->g);
	struct newer newer;

	if (w->missing && strstr(e->msg, w->missing))
		*e = w->why;
	else if (reach->syntax && strstr(e->msg, reach->syntax) &&
		 strstr(e->msg, "failed to do request"))
		err_hint(e,
			"the Dockerfile's line \"# syntax=%s\" has that image read it: "
			"remove the line, or reach a registry that has it",
			reach->syntax);
	else if (!reach->syntax && g->can & CAN_BUILDKIT &&
		 strstr(e->msg, "parse error") &&
		 dockerfile_newer(
			 buf_str(&w->in->text), w->in->text.n, g->api_minor, &newer))
		err_hint(e,
			"line %d of the Dockerfile has %s, which Docker %s was the first "
			"to read; where it reaches a registry, begin the Dockerfile "
			"with: # syntax=docker/dockerfile:1",
			newer.line, newer.what, newer.docker);
}

int building_send(
	struct building *w, const volatile int *cancel, char **id, struct err *e)
{
	struct offering o;
	int rc = offer_make(w, &o, e);

	if (rc == 0)
		rc = send(w, &o, cancel, id, e);
	if (rc < 0 && w->refused.n && e->code == ERR_DENIED && ask_login(w, e) == 0)
		rc = send(w, &o, cancel, id, e);
	if (rc < 0)
		explain(w, &o.reach, e);
	offer_free(&o);
	return rc;
}
