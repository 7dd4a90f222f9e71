/* SPDX-License-Identifier: MIT */
#include "engine/docker/session/h2.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include <nghttp2/nghttp2.h>

#include "base/mem.h"

enum {
	READ = 32 << 10,
	STEPS_MAX = 64 /* pieces before others have their turn */
};

static struct rpc_conn *open_conn(struct body_stream *body,
	const struct rpc_method *methods, void *ctx, struct err *e)
{
	struct rpc_conn *c = xcalloc(1, sizeof *c);
	int rc;

	c->body = *body;
	*body = (struct body_stream){0};
	c->methods = methods;
	c->ctx = ctx;
	rc = h2_open(c);
	if (rc == 0)
		return c;
	err_set(e, EPROTO, "HTTP/2: %s", nghttp2_strerror(rc));
	rpc_close(c);
	return NULL;
}

struct rpc_conn *rpc_server(struct body_stream *body, const struct rpc_method *methods,
	void *ctx, struct err *e)
{
	return open_conn(body, methods, ctx, e);
}

struct rpc_conn *rpc_client(struct body_stream *body, struct err *e)
{
	return open_conn(body, NULL, NULL, e);
}

void rpc_close(struct rpc_conn *c)
{
	if (!c)
		return;
	h2_close(c);
	body_stream_close(&c->body);
	free(c);
}

int rpc_fd(const struct rpc_conn *c)
{
	return wire_fd(c->body.wire);
}

short rpc_events(struct rpc_conn *c)
{
	bool due = c->n_due || nghttp2_session_want_write(c->h2);

	return (short)(due ? POLLIN | POLLOUT : POLLIN);
}

static int broken(ssize_t code, struct err *e)
{
	return err_set(e, EPROTO, "unreadable words of the container engine: %s",
		nghttp2_strerror((int)code));
}

static int receive(struct rpc_conn *c, struct err *e)
{
	char piece[READ];

	for (int i = 0; i < STEPS_MAX; i++) {
		ssize_t n = body_stream_recv(&c->body, piece, sizeof piece, e), k;

		if (n <= 0)
			return n < 0 ? -1 : 0;
		k = nghttp2_session_mem_recv(c->h2, (uint8_t *)piece, (size_t)n);
		if (k < 0)
			return broken(k, e);
	}
	return 0;
}

static int send_due(struct rpc_conn *c, struct err *e)
{
	for (int i = 0; i < STEPS_MAX; i++) {
		ssize_t k;

		if (!c->n_due) {
			k = nghttp2_session_mem_send(c->h2, &c->due);
			if (k <= 0)
				return k < 0 ? broken(k, e) : 0;
			c->n_due = (size_t)k;
		}
		k = wire_send(c->body.wire, c->due, c->n_due, e);
		if (k <= 0)
			return k < 0 ? -1 : 0;
		c->due += k;
		c->n_due -= (size_t)k;
	}
	return 0;
}

int rpc_step(struct rpc_conn *c, struct err *e)
{
	struct err local = {0};

	e = e ? e : &local;
	e->code = 0;
	return receive(c, e) < 0 ? -1 : send_due(c, e);
}
