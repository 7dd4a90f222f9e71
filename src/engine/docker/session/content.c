/* SPDX-License-Identifier: MIT */
/* A build's caches in directories, told and taken blob by blob: containerd's Content
 * service, as far as BuildKit asks for it. Which directory, a line of the head says. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "engine/docker/session/h2.h"
#include "engine/docker/session/layout.h"
#include "engine/docker/session/session.h"

enum { PIECE = 64 << 10 };
enum action { ACTION_STAT, ACTION_WRITE, ACTION_COMMIT };

static const struct build_cache *find_cache(const struct rpc *r)
{
	const struct build_offer *offer = ((struct session *)r->ctx)->b->offer;
	const char *id = kvs_get(&r->meta, CACHE_STORE_KEY);
	size_t n = strlen(CACHE_STORE);

	if (!id || strncmp(id, CACHE_STORE, n) != 0)
		return NULL;
	for (size_t i = 0; i < offer->n_caches; i++)
		if (!strcmp(offer->caches[i].id, id + n))
			return &offer->caches[i];
	return NULL;
}

static void no_blob(struct rpc *r)
{
	rpc_end(r, RPC_NOT_FOUND, "not found: there is no such blob");
}

struct asked {
	char *digest;
	uint64_t offset, size;
};

/* 1 = digest, 2 = from where, 3 = how many bytes. The caller frees what is in it. */
static struct asked read_asked(struct pb m)
{
	struct asked a = {0};
	struct pb_field f;

	while (pb_next(&m, &f)) {
		if (f.number == 1)
			free(a.digest);
		a.digest = f.number == 1 ? pb_text(&f) : a.digest;
		a.offset = f.number == 2 ? f.value : a.offset;
		a.size = f.number == 3 ? f.value : a.size;
	}
	return a;
}

static int open_asked(struct rpc *r, const struct asked *a, off_t *size)
{
	const struct build_cache *c = find_cache(r);

	return c && a->digest ? layout_open(c->dir, a->digest, size) : -1;
}

/* → 1 = of it: 1 = digest, 2 = size */
void content_info(struct rpc *r, struct pb m)
{
	AUTO_BUF struct buf out = {0}, info = {0};
	struct asked a = read_asked(m);
	off_t size = 0;
	int fd = open_asked(r, &a, &size);

	if (fd < 0) {
		no_blob(r);
	} else {
		pb_add_text(&info, 1, a.digest);
		pb_add_number(&info, 2, (uint64_t)size);
		pb_add_message(&out, 1, &info);
		rpc_send(r, &out);
		rpc_end(r, RPC_OK, NULL);
		close(fd);
	}
	free(a.digest);
}

struct reading {
	int fd;
	uint64_t at, end, sent;
};

void content_read(struct rpc *r, struct pb m)
{
	struct asked a = read_asked(m);
	struct reading *v;
	off_t size = 0;
	int fd = r->own ? -1 : open_asked(r, &a, &size);

	if (fd < 0) {
		no_blob(r);
	} else {
		r->own = v = xcalloc(1, sizeof *v);
		v->fd = fd;
		v->at = a.offset < (uint64_t)size ? a.offset : (uint64_t)size;
		v->end = a.size && a.size < (uint64_t)size - v->at ? v->at + a.size
								   : (uint64_t)size;
		h2_resume(r);
	}
	free(a.digest);
}

/* → 1 = where it belongs, of what was asked for, 2 = bytes */
void content_read_ready(struct rpc *r)
{
	AUTO_FREE char *piece = NULL;
	AUTO_BUF struct buf out = {0};
	struct reading *v = r->own;
	size_t n;
	ssize_t k;

	if (!v)
		return;
	n = v->end - v->at < PIECE ? (size_t)(v->end - v->at) : PIECE;
	if (!n) {
		rpc_end(r, RPC_OK, NULL);
		return;
	}
	piece = xmalloc(n);
	k = pread(v->fd, piece, n, (off_t)v->at);
	if (k <= 0) {
		rpc_end(r, RPC_INTERNAL, "the cache cannot be read");
		return;
	}
	pb_add_number(&out, 1, v->sent);
	pb_add_bytes(&out, 2, piece, (size_t)k);
	v->at += (uint64_t)k;
	v->sent += (uint64_t)k;
	rpc_send(r, &out);
}

void content_read_end(struct rpc *r)
{
	struct reading *v = r->own;

	if (v)
		close(v->fd);
	free(v);
}

/* What is written in one call: one blob. */
struct writing {
	struct layout_blob blob;
	char *expected; /* its digest, NULL = not told */
	uint64_t total; /* its size, 0 = not told */
};

/* 1 = what to do, 3 = total, 4 = expected, 5 = where, 6 = bytes; 2, the name for what is
 * on its way, is nothing to us: it goes no further than this call. */
struct write_asked {
	uint64_t action, offset;
	struct pb_field data;
};

static struct write_asked read_write(struct writing *w, struct pb m)
{
	struct write_asked a = {0};
	struct pb_field f;

	while (pb_next(&m, &f)) {
		a.action = f.number == 1 ? f.value : a.action;
		w->total = f.number == 3 && f.value ? f.value : w->total;
		a.offset = f.number == 5 ? f.value : a.offset;
		if (f.number == 4 && f.n) {
			free(w->expected);
			w->expected = pb_text(&f);
		}
		if (f.number == 6 && f.is_bytes)
			a.data = f;
	}
	return a;
}

static bool is_there(const struct build_cache *c, const struct writing *w)
{
	off_t size = 0;
	int fd = w->expected ? layout_open(c->dir, w->expected, &size) : -1;

	if (fd >= 0)
		close(fd);
	return fd >= 0 && (!w->total || w->total == (uint64_t)size);
}

/* → 1 = what was done, 4 = how much there is, 5 = total, 6 = digest */
static void answer(struct rpc *r, uint64_t action, uint64_t size, const char *digest)
{
	const struct writing *w = r->own;
	AUTO_BUF struct buf out = {0};

	pb_add_number(&out, 1, action);
	pb_add_number(&out, 4, size);
	pb_add_number(&out, 5, w->total);
	pb_add_text(&out, 6, digest);
	rpc_send(r, &out);
}

static void broke(struct rpc *r)
{
	const struct session *s = r->ctx;

	rpc_end(r, RPC_FAILED, s->err.msg);
}

static void commit(struct rpc *r)
{
	struct session *s = r->ctx;
	struct writing *w = r->own;
	char digest[LAYOUT_DIGEST];
	uint64_t size = w->blob.size;

	if (layout_commit(&w->blob, w->expected, w->total, digest, &s->err) < 0) {
		broke(r);
		return;
	}
	answer(r, ACTION_COMMIT, size, digest);
	rpc_end(r, RPC_OK, NULL);
}

static void take(struct rpc *r, const struct write_asked *a)
{
	struct session *s = r->ctx;
	struct writing *w = r->own;

	if (a->action > ACTION_COMMIT)
		rpc_end(r, RPC_INVALID, "no such action");
	else if (a->action != ACTION_STAT && a->offset != w->blob.size)
		rpc_end(r, RPC_OUT_OF_RANGE, "what comes next is written next");
	else if (w->total && a->data.n > w->total - w->blob.size)
		rpc_end(r, RPC_OUT_OF_RANGE, "it is longer than was said");
	else if (a->data.n && layout_add(&w->blob, a->data.bytes, a->data.n, &s->err) < 0)
		broke(r);
	else if (a->action == ACTION_COMMIT)
		commit(r);
	else
		answer(r, a->action, w->blob.size, NULL);
}

void content_write(struct rpc *r, struct pb m)
{
	const struct build_cache *c = find_cache(r);
	struct session *s = r->ctx;
	struct writing *w = r->own;
	struct write_asked a;
	bool first = !w;

	if (!c || !c->writes) {
		rpc_end(r, RPC_NOT_FOUND, "nothing is kept there");
		return;
	}
	if (first) {
		r->own = w = xcalloc(1, sizeof *w);
		w->blob.at = w->blob.fd = -1;
	}
	a = read_write(w, m);
	if (w->expected && !layout_is_digest(w->expected))
		rpc_end(r, RPC_INVALID, "not a digest by SHA-256");
	else if (w->total && w->total < w->blob.size)
		rpc_end(r, RPC_OUT_OF_RANGE, "it is longer than was said");
	else if (first && is_there(c, w))
		rpc_end(r, RPC_ALREADY_EXISTS, "already exists");
	else if (first && layout_begin(&w->blob, c->dir, &s->err) < 0)
		broke(r);
	else
		take(r, &a);
}

void content_write_end(struct rpc *r)
{
	struct writing *w = r->own;

	if (!w)
		return;
	layout_drop(&w->blob);
	free(w->expected);
	free(w);
}

/* A call that broke off has left nothing. */
void content_abort(struct rpc *r, struct pb m)
{
	const struct buf nothing = {0};

	(void)m;
	rpc_send(r, &nothing);
	rpc_end(r, RPC_OK, NULL);
}
