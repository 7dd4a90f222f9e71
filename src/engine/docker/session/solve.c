/* SPDX-License-Identifier: MIT */
/* POST /build takes what a request can say and no more; this is what it makes of one.
 * Two calls run beside the session: one that builds, one that tells of it. */
#include "engine/docker/session/solve.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "engine/docker/session/cache.h"
#include "engine/docker/session/session.h"
#include "engine/http/call.h"
#include "plan/plan.h"

#define CONTROL "/moby.buildkit.v1.Control/"

enum {
	FDS_MAX = 64,
	CANCEL_POLL_MS = 200,
	NEWS_MS = 5000 /* to tell the rest, once it is built */
};

struct solving {
	struct build_log *log;
	char *cache;      /* what the engine says of the one that it has written */
	bool built, told; /* which of the calls are over */
	int status;
	char *why;
};

/* 1 = a map of facts */
static void on_built(struct rpc *r, struct pb m)
{
	struct solving *v = r->ctx;
	struct pb_field f, part;

	while (pb_next(&m, &f)) {
		struct pb entry = pb_message(&f);
		AUTO_FREE char *key = NULL, *value = NULL;

		while (f.number == 1 && pb_next(&entry, &part)) {
			char **to = part.number == 1 ? &key : &value;

			free(*to);
			*to = pb_text(&part);
		}
		if (key && value && !strcmp(key, "containerimage.digest"))
			str_set(&v->log->id, value);
		if (key && value && !strcmp(key, "cache.manifest"))
			str_set(&v->cache, value);
	}
}

static void on_built_end(struct rpc *r)
{
	struct solving *v = r->ctx;

	v->built = true;
	v->status = r->status < 0 ? RPC_UNAVAILABLE : r->status;
	str_set(&v->why, r->why);
}

static void on_news(struct rpc *r, struct pb m)
{
	struct solving *v = r->ctx;

	build_trace(v->log, m.p, (size_t)(m.end - m.p));
}

static void on_news_end(struct rpc *r)
{
	struct solving *v = r->ctx;

	v->told = true;
}

static const struct rpc_method solve_method = {
	CONTROL "Solve", .message = on_built, .end = on_built_end};
static const struct rpc_method status_method = {
	CONTROL "Status", .message = on_news, .end = on_news_end};

enum { ATTR = 7, EXPORTER_ATTR = 4 };

static void add_all(struct buf *out, const char *prefix, const struct kvs *from)
{
	for (size_t i = 0; i < from->n; i++) {
		AUTO_FREE char *key = xasprintf("%s%s", prefix, from->v[i].key);

		pb_add_entry(out, ATTR, key, from->v[i].value);
	}
}

static void add(struct buf *out, const char *key, const char *value)
{
	if (value)
		pb_add_entry(out, ATTR, key, value);
}

/* What the Dockerfile's reader is told. */
static void add_attributes(struct buf *out, const struct build_request *b, const char *id,
	const char *caches)
{
	AUTO_FREE char *context = xasprintf("http://buildkit-session/%s", id);
	AUTO_FREE char *cache = strv_join(b->cache_from, ",");
	bool network = b->network &&
		       (!strcmp(b->network, "host") || !strcmp(b->network, "none"));

	add(out, "context", context);
	add(out, "filename", b->dockerfile);
	add(out, "target", b->target);
	add(out, "platform", b->platform);
	add(out, "no-cache", b->no_cache ? "" : NULL);
	add(out, "force-network-mode", network ? b->network : NULL);
	add(out, "cache-from", b->cache_from->n ? cache : NULL);
	add(out, "cache-imports", caches);
	add_all(out, "build-arg:", b->args);
	add_all(out, "label:", b->labels);
	for (size_t i = 0; i < b->offer->n_trees; i++) {
		const char *name = b->offer->trees[i].name;
		AUTO_FREE char *key = xasprintf("context:%s", name);
		AUTO_FREE char *from = xasprintf("local:%s", name);

		add(out, key, from);
	}
	for (size_t i = 0; i < b->offer->images->n; i++) {
		const struct kv *image = &b->offer->images->v[i];
		AUTO_FREE char *key = xasprintf("context:%s", image->key);
		AUTO_FREE char *from = xasprintf(CONTEXT_IMAGE "%s", image->value);

		add(out, key, from);
	}
}

/* 1 = name, 3 and 4 what becomes of it, 5 = session, 6 and 7 who reads the Dockerfile
 * with what, 8 = caches, 9 = what it may beyond a build's steps */
static int make_request(struct buf *out, const struct build_request *b, const char *name,
	const struct session *s, struct err *e)
{
	AUTO_FREE char *caches = NULL;

	if (cache_imports(b->offer, &caches, e) < 0)
		return -1;
	pb_add_text(out, 1, name);
	pb_add_text(out, 3, "moby");
	pb_add_entry(out, EXPORTER_ATTR, "name", b->tag);
	pb_add_text(out, 5, s->id);
	pb_add_text(out, 6, "dockerfile.v0");
	add_attributes(out, b, s->id, caches);
	cache_add(out, 8, b->offer);
	if (b->network && !strcmp(b->network, "host"))
		pb_add_text(out, 9, "network.host");
	return 0;
}

static int begin(struct rpc_conn *c, const struct build_request *b,
	const struct session *s, struct solving *v, struct err *e)
{
	AUTO_BUF struct buf solve = {0}, status = {0};
	char name[SESSION_ID];

	session_new_id(name);
	if (make_request(&solve, b, name, s, e) < 0)
		return -1;
	pb_add_text(&status, 1, name);
	if (rpc_call(c, &solve_method, &solve, v, e) < 0)
		return -1;
	return rpc_call(c, &status_method, &status, v, e);
}

/* One round of all that talks. */
static int step(struct rpc_conn *c, struct session *s, int timeout_ms, struct err *e)
{
	struct pollfd v[FDS_MAX] = {{.fd = rpc_fd(s->rpc), .events = rpc_events(s->rpc)},
		{.fd = rpc_fd(c), .events = rpc_events(c)}};
	size_t n = agents_poll(s, v + 2, FDS_MAX - 2);
	int ready = poll(v, (nfds_t)n + 2, timeout_ms);

	if (ready < 0 && errno != EINTR)
		return err_errno(e, "poll");
	if (ready <= 0)
		return 0;
	agents_step(s, v + 2, n);
	return rpc_step(s->rpc, e) < 0 ? -1 : rpc_step(c, e);
}

static int run(struct rpc_conn *c, struct session *s, struct solving *v,
	const volatile int *cancel, struct err *e)
{
	int64_t until = 0; /* when no more news is waited for; 0 = it is not built yet */

	while (!v->built || !v->told) {
		if (cancel && *cancel)
			return err_set(e, ERR_INTERRUPTED, "interrupted");
		if (step(c, s, v->built || cancel ? CANCEL_POLL_MS : -1, e) < 0)
			return v->built ? 0 : -1;
		if (v->built && !until)
			until = clock_ms() + NEWS_MS;
		if (until && clock_ms() > until)
			break;
	}
	return 0;
}

static int lost(struct err *e)
{
	if (e->code)
		return -1;
	return err_set(
		e, ECONNRESET, "lost the container engine in the middle of a build");
}

static int outcome(struct solving *v, struct err *e)
{
	static const char *const before[] = {"failed to solve: ", "rpc error: code = "};
	const char *why = v->why ? v->why : "the container engine gives no reason";

	if (v->status == RPC_OK)
		return 0;
	for (size_t i = 0; i < COUNT_OF(before); i++)
		if (!strncmp(why, before[i], strlen(before[i])))
			why += strlen(before[i]);
	return build_log_fail(v->log, why, e);
}

static int build(struct engine *g, const struct build_request *b, struct session *s,
	const volatile int *cancel, struct solving *v, struct err *e)
{
	struct body_stream body = {0};
	struct rpc_conn *c;
	int rc = -1;

	if (session_dial(g, "/grpc", NULL, &body, e) < 0)
		return -1;
	c = rpc_client(&body, e);
	if (!c)
		return -1;
	if (begin(c, b, s, v, e) == 0)
		rc = run(c, s, v, cancel, e) < 0 ? lost(e) : outcome(v, e);
	/* the calls end before what they write to does */
	rpc_close(c);
	return rc;
}

int session_build(struct engine *g, const struct build_request *b,
	const volatile int *cancel, struct build_log *log, struct err *e)
{
	struct solving v = {.log = log};
	struct session s;
	int rc = session_open(&s, g, b, log->sink, e);

	if (rc == 0)
		rc = build(g, b, &s, cancel, &v, e);
	session_close(&s);
	if (rc == 0 && v.cache)
		rc = cache_written(b->offer, v.cache, e);
	/* what the engine says of something it did not get is not the cause */
	if (rc < 0 && *s.err.msg)
		*e = s.err;
	free(v.why);
	free(v.cache);
	return rc;
}
