/* SPDX-License-Identifier: MIT */
/* A message is five bytes, of which four are its length, and what is in it; messages and
 * frames of HTTP/2 need not begin or end together. */
#include "engine/docker/session/rpc.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/docker/session/h2.h"

enum {
	PREFIX = 5,
	MESSAGE_MAX = 4 << 20, /* gRPC's own limit */
	META_MAX = 1024
};

static void be32(unsigned char *to, size_t n)
{
	for (int i = 0; i < 4; i++)
		to[i] = (unsigned char)(n >> (24 - 8 * i));
}

static void append(struct rpc *r, const struct buf *message)
{
	unsigned char prefix[PREFIX] = {0};

	be32(prefix + 1, message->n);
	buf_add(&r->out, prefix, sizeof prefix);
	buf_add(&r->out, buf_str(message), message->n);
}

void rpc_send(struct rpc *r, const struct buf *message)
{
	if (r->status >= 0)
		return;
	append(r, message);
	h2_resume(r);
}

void rpc_end(struct rpc *r, enum rpc_status status, const char *why)
{
	if (r->status >= 0)
		return;
	r->status = (int)status;
	str_set(&r->why, why);
	h2_resume(r);
}

bool rpc_busy(const struct rpc *r)
{
	return r->sent < r->out.n;
}

struct rpc *rpc_new(struct rpc_conn *c, int32_t id, const struct rpc_method *m, void *ctx)
{
	struct rpc *r = xcalloc(1, sizeof *r);

	r->conn = c;
	r->id = id;
	r->method = m;
	r->ctx = ctx;
	r->status = -1;
	return r;
}

void rpc_free(struct rpc *r)
{
	if (r->known && r->method->end)
		r->method->end(r);
	kvs_free(&r->meta);
	free(r->why);
	buf_free(&r->in);
	buf_free(&r->out);
	free(r);
}

void rpc_begin(struct rpc *r)
{
	const char *path = kvs_get(&r->meta, ":path");
	const struct rpc_method *m = r->method;

	while (m->path && (!path || strcmp(m->path, path) != 0))
		m++;
	r->method = m;
	r->known = m->path != NULL;
	if (!r->known)
		rpc_end(r, RPC_UNIMPLEMENTED, "no such method");
	else if (m->begin)
		m->begin(r);
}

void rpc_heard_all(struct rpc *r)
{
	if (r->heard)
		return;
	r->heard = true;
	if (r->ours)
		rpc_end(r, RPC_UNAVAILABLE, "the answer has no end");
	else if (r->known && r->method->said)
		r->method->said(r);
	else
		rpc_end(r, RPC_OK, NULL);
}

/* Takes whole messages out of what has come. */
static void take(struct rpc *r)
{
	while (r->status < 0 && r->in.n >= PREFIX) {
		const unsigned char *p = (const unsigned char *)r->in.p;
		size_t n = (size_t)p[1] << 24 | (size_t)p[2] << 16 | (size_t)p[3] << 8 |
			   p[4];

		if (*p)
			rpc_end(r, RPC_UNIMPLEMENTED, "compressed message");
		else if (n > MESSAGE_MAX)
			rpc_end(r, RPC_EXHAUSTED, "message too long");
		else if (r->in.n - PREFIX < n)
			return;
		else if (r->method->message)
			r->method->message(
				r, (struct pb){.p = p + PREFIX, .end = p + PREFIX + n});
		buf_drop(&r->in, r->status < 0 ? PREFIX + n : r->in.n);
	}
}

void rpc_data(struct rpc *r, const void *data, size_t n)
{
	if (r->status >= 0 || !r->known)
		return; /* it is over, and what comes still counts for nothing */
	buf_add(&r->in, data, n);
	take(r);
}

/* "%0A" and the like; the caller frees. */
static char *unescape(const char *s, size_t n)
{
	AUTO_BUF struct buf b = {0};

	for (size_t i = 0; i < n; i++) {
		char hex[3] = {0}, *end = hex;
		long c = 0;

		if (s[i] == '%' && n - i > 2) {
			memcpy(hex, s + i + 1, 2);
			c = strtol(hex, &end, 16);
		}
		buf_addc(&b, end == hex + 2 && c ? (char)c : s[i]);
		i += end == hex + 2 && c ? 2 : 0;
	}
	return buf_take(&b);
}

void rpc_head(struct rpc *r, const char *name, const char *value, size_t n)
{
	static const char *const kept[] = {":path", "dir-name", "urlpath",
		"buildkit.ssh.id", "followpaths", "include-patterns", CACHE_STORE_KEY};
	AUTO_FREE char *text = NULL;

	if (r->ours && !strcmp(name, "grpc-message")) {
		free(r->why);
		r->why = unescape(value, n);
	} else if (r->ours && !strcmp(name, "grpc-status")) {
		text = xstrndup(value, n);
		r->status = (int)strtol(text, NULL, 10) & 0xff;
	}
	for (size_t i = 0; i < COUNT_OF(kept) && n <= META_MAX; i++) {
		if (strcmp(name, kept[i]) != 0)
			continue;
		free(text);
		text = xstrndup(value, n);
		/* one of several is not what it would be alone */
		kvs_set(&r->meta, name, kvs_get(&r->meta, name) ? "" : text);
	}
}

size_t rpc_take(struct rpc *r, void *to, size_t n, bool *last)
{
	size_t k;

	if (!rpc_busy(r)) {
		r->sent = r->out.n = 0;
		if (r->known && !r->ours && r->status < 0 && r->method->ready)
			r->method->ready(r);
	}
	k = r->out.n - r->sent;
	k = k < n ? k : n;
	if (k)
		memcpy(to, r->out.p + r->sent, k);
	r->sent += k;
	*last = !rpc_busy(r) && (r->ours || r->status >= 0);
	return k;
}

int rpc_call(struct rpc_conn *c, const struct rpc_method *m, const struct buf *message,
	void *ctx, struct err *e)
{
	struct rpc *r = rpc_new(c, 0, m, ctx);

	r->ours = r->known = true;
	append(r, message);
	return h2_request(r, e);
}
