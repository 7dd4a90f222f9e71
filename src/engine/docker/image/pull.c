/* SPDX-License-Identifier: MIT */
/* Images from a registry and to one, and from a tar. */
#include <errno.h>
#include <poll.h>
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

/* What is told of an image on its way. */
struct created {
	struct build_log log;
	char *id;     /* the last that a status tells */
	bool retried; /* the engine has tried a layer again */
};

/* Layers the engine tries five times by itself, and counts the seconds in between. */
static void tell_retries(struct created *c, const char *status)
{
	static const char words[] = "a layer did not come through; the engine tries it "
				    "again, up to five times";

	if (c->retried || strncmp(status, "Retrying in ", 12) != 0)
		return;
	c->retried = true;
	build_log_event(&c->log,
		&(struct progress){
			.kind = PROGRESS_WARN, .data = words, .n = sizeof words - 1});
}

static int on_object(void *ctx, const cJSON *j, struct err *e)
{
	struct created *c = ctx;
	const char *status = json_str(j, "status");

	if (status && !strncmp(status, "sha256:", 7))
		str_set(&c->id, status);
	if (status)
		tell_retries(c, status);
	return build_log_object(&c->log, j, e);
}

/* POST /images/create in all its ways, and a push; its news go to the sink. */
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

/* An image on its way from a registry, or to it. */
struct transfer {
	const char *ref, *path;
	struct kvs head;
	bool push, login; /* the user's login goes along */
	const struct progress_sink *sink;
};

/* Once; *retried: the engine has tried parts of it again. */
static int try(struct engine *g, const struct transfer *t, bool *retried, struct err *e)
{
	struct created c = {.log.sink = t->sink};
	struct http_request r = {.path = t->path, .head = &t->head};
	int rc = create_image(g, &r, &c, e);

	*retried = c.retried;
	build_log_free(&c.log);
	free(c.id);
	return rc;
}

/* Says so, and waits. A signal that ends the program ends it here as well. */
static int wait_to_try(const struct transfer *t, int tries, int ms, struct err *e)
{
	AUTO_FREE char *words =
		xasprintf("%s %s: %s; again in %d s, %d of %d", transfer_verb(t->push),
			t->ref, e->msg, (ms + 999) / 1000, tries + 1, TRANSFER_TRIES);

	one_line(words, 500);
	if (t->sink)
		t->sink->event(t->sink->ctx, &(struct progress){.kind = PROGRESS_WARN,
						     .data = words,
						     .n = strlen(words)});
	if (poll(NULL, 0, ms) < 0)
		return err_set(e, ERR_INTERRUPTED, "interrupted");
	return 0;
}

/* What passes by itself is waited for. */
static int try_on(struct engine *g, const struct transfer *t, struct err *e)
{
	bool retried;

	for (int tries = 1;; tries++) {
		int ms;

		if (try(g, t, &retried, e) == 0)
			return 0;
		ms = retried ? 0 : transfer_wait(t->ref, e->msg, t->login, tries);
		if (!ms)
			return transfer_failed(g, t->ref, t->push, t->login, e);
		if (wait_to_try(t, tries, ms, e) < 0)
			return -1;
	}
}

/* An engine refuses a push without this line. */
#define NO_LOGIN "e30="

static int transfer(struct engine *g, struct transfer *t, bool login, struct err *e)
{
	AUTO_BUF struct buf auth = {0};
	struct err local = {0};
	int rc;

	e = e ? e : &local;
	if (login && registry_auth(t->ref, &auth, e) < 0)
		return err_wrap(e, "%s %s", transfer_verb(t->push), t->ref);
	t->login = auth.n > 0;
	if (auth.n || t->push)
		kvs_set(&t->head, "X-Registry-Auth", auth.n ? auth.p : NO_LOGIN);
	rc = try_on(g, t, e);
	kvs_free(&t->head);
	return rc;
}

int docker_pull(struct engine *g, const char *ref, const char *platform, bool login,
	const struct progress_sink *sink, struct err *e)
{
	AUTO_FREE char *repository = NULL, *tag = NULL;
	AUTO_BUF struct buf path = {0};

	image_split_ref(ref, &repository, &tag);
	buf_adds(&path, "/images/create");
	url_param(&path, "fromImage", repository);
	url_param(&path, "tag", tag);
	url_param(&path, "platform", platform);
	return transfer(g, &(struct transfer){.ref = ref, .path = path.p, .sink = sink},
		login, e);
}

int docker_push(struct engine *g, const char *ref, bool login,
	const struct progress_sink *sink, struct err *e)
{
	AUTO_FREE char *repository = NULL, *tag = NULL, *name = NULL;
	AUTO_BUF struct buf path = {0};

	image_split_ref(ref, &repository, &tag);
	name = url_ref(repository);
	buf_addf(&path, "/images/%s/push", name);
	url_param(&path, "tag", tag);
	return transfer(g,
		&(struct transfer){
			.ref = ref, .path = path.p, .sink = sink, .push = true},
		login, e);
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
		return err_errno(u->e, "read the image's tar");
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

int docker_load(struct engine *g, int fd, const struct progress_sink *sink, struct err *e)
{
	struct err local = {0};
	struct upload upload = {.fd = fd, .sink = sink, .e = e ? e : &local};
	struct created c = {.log.sink = sink};
	struct http_request r = {.type = "application/x-tar",
		.path = "/images/load?quiet=1",
		.read = read_upload,
		.read_ctx = &upload};
	int rc = create_image(g, &r, &c, upload.e);

	build_log_free(&c.log);
	free(c.id);
	return rc;
}
