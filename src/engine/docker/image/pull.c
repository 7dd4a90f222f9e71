/* SPDX-License-Identifier: MIT */
/* Images from a registry, and from a tar. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "engine/docker/docker.h"
#include "engine/docker/image/build_log.h"
#include "engine/docker/image/pull_words.h"
#include "engine/registry/docker_config.h"
#include "engine/registry/image_ref.h"
#include "engine/http/ndjson.h"

#define UPLOAD_NEWS ((int64_t)1 << 20) /* bytes between two events */

/* The last status that tells an id. */
struct created {
	struct build_log log;
	char *id;
};

static int on_object(void *ctx, const cJSON *j, struct err *e)
{
	struct created *c = ctx;
	const char *status = json_str(j, "status");

	if (status && !strncmp(status, "sha256:", 7))
		str_set(&c->id, status);
	return build_log_object(&c->log, j, e);
}

/* POST /images/create in all its ways; its news go to the sink. */
static int create_image(
	struct engine *g, struct http_request *r, struct created *c, struct err *e)
{
	struct err local = {0};
	AUTO_NDJSON struct ndjson lines = {
		.object = on_object, .ctx = c, .e = e ? e : &local};
	AUTO_REPLY struct reply reply = {0};

	r->method = "POST";
	r->data = ndjson_feed;
	r->data_ctx = &lines;
	if (engine_do(g, r, &reply, lines.e) < 0)
		return -1;
	if (reply.status >= 300)
		return engine_fail(lines.e, &reply);
	return ndjson_end(&lines);
}

int docker_pull(struct engine *g, const char *ref, const char *platform, bool login,
	const struct progress_sink *sink, struct err *e)
{
	AUTO_FREE char *repository = NULL, *tag = NULL;
	AUTO_BUF struct buf path = {0}, auth = {0};
	AUTO_KVS struct kvs head = {0};
	struct created c = {.log.sink = sink};
	struct http_request r = {.head = &head};
	struct err local = {0};
	int rc;

	e = e ? e : &local;
	image_split_ref(ref, &repository, &tag);
	buf_adds(&path, "/images/create");
	url_param(&path, "fromImage", repository);
	url_param(&path, "tag", tag);
	url_param(&path, "platform", platform);
	r.path = path.p;
	if (login && registry_auth(ref, &auth, e) < 0)
		return err_wrap(e, "pull %s", ref);
	if (auth.n)
		kvs_set(&head, "X-Registry-Auth", auth.p);
	rc = create_image(g, &r, &c, e);
	build_log_free(&c.log);
	free(c.id);
	return rc < 0 ? pull_failed(ref, auth.n > 0, e) : 0;
}

struct upload {
	int fd;
	int64_t sent, told;
	const struct progress_sink *sink;
	struct err *e;
};

static ssize_t read_upload(void *ctx, char *to, size_t n)
{
	struct upload *u = ctx;
	ssize_t k;

	while ((k = read(u->fd, to, n)) < 0 && errno == EINTR)
		;
	if (k < 0)
		return err_errno(u->e, "read the root file system's tar");
	u->sent += k;
	if (u->sink && (u->sent - u->told >= UPLOAD_NEWS || !k)) {
		u->told = u->sent;
		u->sink->event(u->sink->ctx,
			&(struct progress){.kind = PROGRESS_UPLOAD, .current = u->sent});
	}
	return k;
}

int docker_import(struct engine *g, int fd, const char *ref, const struct strv *changes,
	const struct progress_sink *sink, char **id, struct err *e)
{
	AUTO_FREE char *repository = NULL, *tag = NULL;
	AUTO_BUF struct buf path = {0};
	struct err local = {0};
	struct upload upload = {.fd = fd, .sink = sink, .e = e ? e : &local};
	struct created c = {.log.sink = sink};
	struct http_request r = {
		.type = "application/x-tar", .read = read_upload, .read_ctx = &upload};
	int rc;

	image_split_ref(ref, &repository, &tag);
	buf_adds(&path, "/images/create?fromSrc=-");
	url_param(&path, "repo", repository);
	url_param(&path, "tag", tag);
	for (size_t i = 0; changes && i < changes->n; i++)
		url_param(&path, "changes", changes->v[i]);
	r.path = path.p;
	rc = create_image(g, &r, &c, upload.e);
	if (rc == 0 && !c.id)
		rc = err_set(upload.e, EPROTO, "the container engine told no image id");
	build_log_free(&c.log);
	if (rc == 0 && id)
		*id = c.id;
	else
		free(c.id);
	return rc < 0 ? err_wrap(e, "import %s", ref) : 0;
}
