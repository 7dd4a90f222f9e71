/* SPDX-License-Identifier: MIT */
/* Image builds: the context goes up while it is packed, the engine's news come back. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "build/build_files.h"
#include "engine/docker/docker.h"
#include "engine/docker/image/build_log.h"
#include "build/context.h"
#include "engine/registry/docker_config.h"
#include "engine/http/ndjson.h"

#define UPLOAD_NEWS ((int64_t)1 << 20) /* bytes between two events */

/* Somebody has pressed Ctrl-C and waits. */
#define CANCEL_TIMEOUT_MS 2000

struct upload {
	struct context *context;
	int64_t sent, told;
	bool ended;
	const struct progress_sink *sink;
};

static ssize_t read_upload(void *ctx, char *to, size_t n)
{
	struct upload *u = ctx;
	ssize_t k = context_read(u->context, to, n);

	if (k < 0)
		return -1;
	u->sent += k;
	if (u->sink && !u->ended && (u->sent - u->told >= UPLOAD_NEWS || !k)) {
		u->told = u->sent;
		u->ended = !k;
		u->sink->event(u->sink->ctx, &(struct progress){.kind = PROGRESS_UPLOAD,
						     .current = u->sent,
						     .total = k ? 0 : u->sent});
	}
	return k;
}

static void add_json(struct buf *path, const char *key, cJSON *j)
{
	AUTO_FREE char *text = json_text(j, false);

	url_param(path, key, text);
	cJSON_Delete(j);
}

static void make_path(const struct plan_build *b, const char *dockerfile, bool buildkit,
	bool pull, const char *build_id, struct buf *path)
{
	AUTO_KVS struct kvs arguments = {0};

	buf_addf(path, "/build?version=%d&rm=1&forcerm=1", buildkit ? 2 : 1);
	url_param(path, "dockerfile", dockerfile);
	url_param(path, "t", b->tag);
	url_param(path, "target", b->target);
	url_param(path, "networkmode", b->network);
	url_param(path, "platform", b->platform);
	url_param(path, "buildid", buildkit ? build_id : NULL);
	url_param(path, "nocache", b->no_cache ? "1" : NULL);
	url_param(path, "pull", pull ? "1" : NULL);
	build_arguments(b, &arguments);
	if (arguments.n)
		add_json(path, "buildargs", json_kvs(&arguments));
	if (b->labels.n)
		add_json(path, "labels", json_kvs(&b->labels));
	if (b->cache_from.n)
		add_json(path, "cachefrom", json_strv(&b->cache_from));
}

/* The bases whose registries the engine will ask. Credentials are looked up for no
 * others: a helper may take its time, want a password, or be missing. */
static int bases_to_fetch(
	struct engine *g, const struct plan_build *b, struct strv *out, struct err *e)
{
	AUTO_STRV struct strv all = {0};

	if (image_build_bases(b, &all, e) < 0)
		return -1;
	for (size_t i = 0; i < all.n; i++) {
		bool found = false;

		if (!b->pull && image_inspect(g, all.v[i], NULL, &found, e) < 0)
			return -1;
		if (!found)
			strv_add(out, all.v[i]);
	}
	return 0;
}

/* Without a session BuildKit gets no credentials: bases that need some are pulled first.
 * *done tells that all of b->pull was done by that. */
static int pull_private_bases(struct engine *g, const struct plan_build *b,
	const struct strv *bases, const struct progress_sink *sink, bool *done,
	struct err *e)
{
	*done = bases->n > 0;
	for (size_t i = 0; i < bases->n; i++) {
		AUTO_BUF struct buf auth = {0};

		if (registry_auth(bases->v[i], &auth, e) < 0)
			return -1;
		*done &= auth.n > 0;
		if (auth.n && image_pull(g, bases->v[i], b->platform, sink, e) < 0)
			return -1;
	}
	return 0;
}

static int prepare(struct engine *g, const struct plan_build *b, bool buildkit,
	const struct progress_sink *sink, struct kvs *head, bool *pull, struct err *e)
{
	AUTO_STRV struct strv bases = {0};
	AUTO_BUF struct buf config = {0};
	bool done = false;

	*pull = b->pull;
	if (bases_to_fetch(g, b, &bases, e) < 0)
		return -1;
	if (buildkit) {
		if (pull_private_bases(g, b, &bases, sink, &done, e) < 0)
			return -1;
		*pull = b->pull && !done;
		return 0;
	}
	if (registry_config(&bases, &config, e) < 0)
		return -1;
	if (config.n)
		kvs_set(head, "X-Registry-Config", config.p);
	return 0;
}

static void explain(struct err *e)
{
	if (strstr(e->msg, "no active session"))
		err_hint(e,
			"secret and ssh mounts need docker's own client in this version");
	else if (strstr(e->msg, "--mount option requires BuildKit"))
		err_hint(e, "build without DOCKER_BUILDKIT=0");
}

static void cancel_build(struct engine *g, const char *build_id)
{
	/* it ends with the connection too; this is for engines that overlook that */
	AUTO_FREE char *path = xasprintf("/build/cancel?id=%s", build_id);
	AUTO_REPLY struct reply r = {0};
	struct http_request q = {
		.method = "POST", .path = path, .timeout_ms = CANCEL_TIMEOUT_MS};

	engine_do(g, &q, &r, NULL);
}

static int run_build(struct engine *g, const struct plan_build *b, bool buildkit,
	const struct progress_sink *sink, const volatile int *cancel,
	struct build_log *log, struct err *e)
{
	AUTO_FREE char *build_id =
		xasprintf("cnnrun-%d-%lld", (int)getpid(), (long long)time(NULL));
	AUTO_NDJSON struct ndjson lines = {
		.object = build_log_object, .ctx = log, .e = e};
	AUTO_BUF struct buf path = {0};
	AUTO_KVS struct kvs head = {0};
	AUTO_REPLY struct reply reply = {0};
	struct upload upload = {.sink = sink};
	struct http_request r = {.method = "POST",
		.type = "application/x-tar",
		.head = &head,
		.read = read_upload,
		.read_ctx = &upload,
		.data = ndjson_feed,
		.data_ctx = &lines,
		.cancel = cancel};
	bool pull;
	int rc;

	if (prepare(g, b, buildkit, sink, &head, &pull, e) < 0 ||
		context_open(b, !buildkit, &upload.context, e) < 0)
		return -1;
	make_path(b, context_dockerfile(upload.context), buildkit, pull, build_id, &path);
	r.path = path.p;
	rc = engine_do(g, &r, &reply, e);
	if (rc < 0 && *context_error(upload.context)->msg)
		*e = *context_error(upload.context);
	context_free(upload.context);
	if (rc < 0 && e->code == ERR_INTERRUPTED && buildkit)
		cancel_build(g, build_id);
	if (rc == 0 && reply.status >= 300)
		return engine_fail(e, &reply);
	return rc < 0 ? -1 : ndjson_end(&lines);
}

/* Some engines offer no BuildKit and do not say so in advance. */
static bool lacks_buildkit(const struct err *e)
{
	return (e->code == 400 || e->code == 501) && strcasestr(e->msg, "buildkit");
}

static int find_id(struct engine *g, const struct plan_build *b,
	const struct build_log *log, char **id, struct err *e)
{
	AUTO_IMAGE struct image image = {0};
	bool found = false;

	if (log->id && !strncmp(log->id, "sha256:", 7)) {
		*id = xstrdup(log->id);
		return 0;
	}
	if (b->tag && image_inspect(g, b->tag, &image, &found, e) < 0)
		return -1;
	if (!found)
		return err_set(e, EPROTO, "the container engine told no image id");
	*id = xstrdup(image.id);
	return 0;
}

/* BuildKit without a session gets the context as one tree: a Dockerfile from elsewhere
 * would lie in it for COPY to take. The classic builder hides it, and is good enough for
 * all but what only BuildKit knows. */
static int prefers_classic(const struct plan_build *b, bool *yes, struct err *e)
{
	static const char *const newer[] = {"--mount", "--network", "--security",
		"--link", "--chmod", "--parents", "--exclude", "--checksum", "--keep-git",
		"<<", "syntax=", "TARGETPLATFORM", "TARGETOS", "TARGETARCH",
		"TARGETVARIANT", "BUILDPLATFORM", "BUILDOS", "BUILDARCH", "BUILDVARIANT"};
	AUTO_BUILD_FILES struct build_files f = {0};

	if (build_files_read(b, &f, e) < 0)
		return -1;
	*yes = !f.inside;
	for (size_t i = 0; i < COUNT_OF(newer); i++)
		if (strstr(buf_str(&f.text), newer[i]))
			*yes = false;
	return 0;
}

int docker_build(struct engine *g, const struct plan_build *b,
	const struct progress_sink *sink, const volatile int *cancel, char **id,
	struct err *e)
{
	const char *wish = getenv("DOCKER_BUILDKIT");
	bool buildkit = (g->info.can & CAN_BUILDKIT) && !(wish && !strcmp(wish, "0"));
	AUTO_BUILD_LOG struct build_log log = {.sink = sink};
	struct err local = {0};
	bool classic = false;
	int rc;

	e = e ? e : &local;
	if (buildkit && prefers_classic(b, &classic, e) < 0)
		return -1;
	buildkit = buildkit && !classic;
	rc = run_build(g, b, buildkit, sink, cancel, &log, e);
	if (rc < 0 && buildkit && lacks_buildkit(e)) {
		g->info.can &= ~(unsigned)CAN_BUILDKIT;
		rc = run_build(g, b, false, sink, cancel, &log, e);
	}
	if (rc < 0) {
		explain(e);
		return -1;
	}
	build_log_end(&log);
	return find_id(g, b, &log, id, e);
}
