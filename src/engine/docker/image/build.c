/* SPDX-License-Identifier: MIT */
/* Image builds: the context goes up while it is packed, the engine's news come back. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "engine/docker/docker.h"
#include "engine/docker/image/build_log.h"
#include "engine/docker/image/build_upload.h"
#include "engine/docker/image/pull_words.h"
#include "engine/docker/session/solve.h"
#include "engine/http/ndjson.h"

/* Somebody has pressed Ctrl-C and waits. */
#define CANCEL_TIMEOUT_MS 2000

static int add_json(struct buf *path, const char *key, cJSON *j, struct err *e)
{
	AUTO_FREE char *text = NULL;
	int rc = json_send(j, &text, e);

	url_param(path, key, text);
	cJSON_Delete(j);
	return rc < 0 ? err_wrap(e, "%s", key) : 0;
}

static int make_path(const struct build_request *b, bool buildkit, const char *build_id,
	struct buf *path, struct err *e)
{
	buf_addf(path, "/build?version=%d&rm=1&forcerm=1", buildkit ? 2 : 1);
	url_param(path, "dockerfile", b->dockerfile);
	url_param(path, "t", b->tag);
	url_param(path, "target", b->target);
	url_param(path, "networkmode", b->network);
	url_param(path, "platform", b->platform);
	url_param(path, "buildid", buildkit ? build_id : NULL);
	url_param(path, "nocache", b->no_cache ? "1" : NULL);
	if (b->args->n && add_json(path, "buildargs", json_kvs(b->args), e) < 0)
		return -1;
	if (b->labels->n && add_json(path, "labels", json_kvs(b->labels), e) < 0)
		return -1;
	if (!b->cache_from->n)
		return 0;
	return add_json(path, "cachefrom", json_strv(b->cache_from), e);
}

#define CONTAINERD                                                                       \
	"containerd's image store (\"features\": {\"containerd-snapshotter\": true} in " \
	"Docker's daemon.json)"

/* What of the engine's words has a cure that they do not name. */
static void explain(const struct build_log *log, struct err *e)
{
	static const char *const cures[][2] = {
		{"no active session",
			"secret and ssh mounts need secrets = { … } or ssh = "
			"true in c:build"},
		{"--mount option requires BuildKit", "build without DOCKER_BUILDKIT=0"},
		{"unknown cache exporter",
			"cache_to = \"inline\" is what it can; into a "
			"registry or a directory only with " CONTAINERD},
		{"exporting multiple references",
			"build for one platform at a time, or with " CONTAINERD},
	};

	for (size_t i = 0; i < COUNT_OF(cures); i++)
		if (strstr(e->msg, cures[i][0]))
			err_hint(e, "%s", cures[i][1]);
	if (log->foreign)
		err_hint(e, "it ran a program for another processor; on the engine's "
			    "machine: sudo apt-get install qemu-user-static");
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

static int run_build(struct engine *g, const struct build_request *b, bool buildkit,
	const struct progress_sink *sink, const volatile int *cancel,
	struct build_log *log, struct err *e)
{
	AUTO_FREE char *build_id =
		xasprintf("cnnrun-%d-%lld", (int)getpid(), (long long)time(NULL));
	AUTO_NDJSON struct ndjson lines = {
		.object = build_log_object, .ctx = log, .e = e};
	AUTO_BUF struct buf path = {0};
	AUTO_REPLY struct reply reply = {0};
	struct build_upload upload = {.b = b, .sink = sink};
	struct http_request r = {.method = "POST",
		.type = "application/x-tar",
		.read = build_upload_read,
		.read_ctx = &upload,
		.data = ndjson_feed,
		.data_ctx = &lines,
		.cancel = cancel};
	int rc;

	if (b->begin(b->ctx, !buildkit, e) < 0)
		return -1;
	rc = make_path(b, buildkit, build_id, &path, e);
	r.path = path.p;
	if (rc == 0)
		rc = engine_do(g, &r, &reply, e);
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

static int find_id(struct engine *g, const struct build_request *b,
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

/* With what a request can say. */
static int build_plain(struct engine *g, const struct build_request *b,
	const struct progress_sink *sink, const volatile int *cancel,
	struct build_log *log, struct err *e)
{
	bool buildkit = image_buildkit(g) && !b->classic;
	int rc = run_build(g, b, buildkit, sink, cancel, log, e);

	if (rc == 0 || !buildkit || !lacks_buildkit(e))
		return rc;
	g->info.can &= ~(unsigned)CAN_BUILDKIT;
	return run_build(g, b, false, sink, cancel, log, e);
}

static int build_given(struct engine *g, const struct build_request *b,
	const volatile int *cancel, struct build_log *log, struct err *e)
{
	if (!(g->info.can & CAN_BUILDKIT))
		return err_set(e, ENOTSUP,
			"%s has no BuildKit here, which secrets, ssh, contexts, "
			"cache_to, "
			"a cache in a directory and several platforms of a build need",
			g->ops->title);
	if (!image_buildkit(g))
		return err_set(e, ENOTSUP,
			"secrets, ssh, contexts, cache_to, a cache in a directory and "
			"several platforms of a build need BuildKit; go without "
			"DOCKER_BUILDKIT=0");
	if (session_build(g, b, cancel, log, e) == 0)
		return 0;
	if (registry_denies(e->msg))
		e->code = ERR_DENIED;
	return -1;
}

int docker_build(struct engine *g, const struct build_request *b,
	const struct progress_sink *sink, const volatile int *cancel, char **id,
	struct err *e)
{
	AUTO_BUILD_LOG struct build_log log = {.sink = sink};
	struct err local = {0};
	int rc;

	e = e ? e : &local;
	rc = b->offer ? build_given(g, b, cancel, &log, e)
		      : build_plain(g, b, sink, cancel, &log, e);
	if (rc < 0) {
		explain(&log, e);
		return -1;
	}
	build_log_end(&log);
	return find_id(g, b, &log, id, e);
}
