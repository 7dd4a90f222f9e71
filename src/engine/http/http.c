/* SPDX-License-Identifier: MIT */
#include "engine/http/http.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/http/call.h"
#include "engine/http/exchange.h"

/* To wait for a place in the engine's queue. */
#define CONNECT_MS 20000

enum { READ = 32 << 10 };

struct http {
	const char *url;
	struct wire *kept; /* between two requests; NULL = none */
};

struct http *http_new(const char *url)
{
	struct http *h = xcalloc(1, sizeof *h);

	h->url = url;
	return h;
}

void http_free(struct http *h)
{
	if (!h)
		return;
	wire_free(h->kept);
	free(h);
}

void reply_free(struct reply *r)
{
	kvs_free(&r->head);
	buf_free(&r->body);
	r->status = 0;
}

static int dial(const struct http *h, struct wire **out, struct err *e)
{
	struct err why = {0};

	if (wire_open(h->url, CONNECT_MS, out, &why) == 0)
		return 0;
	if (why.code == ETIMEDOUT && wire_is_local(h->url))
		return err_set(e, ETIMEDOUT, "the container engine at %s does not answer",
			h->url);
	if (why.code == ENAMETOOLONG || !wire_is_local(h->url))
		return err_set(e, why.code, "%s", why.msg);
	return engine_unreachable(e, why.code, h->url);
}

/* The kept connection, if the engine has neither closed it nor said anything since. */
static struct wire *kept(struct http *h)
{
	struct wire *w = h->kept;
	struct pollfd p = {.events = POLLIN};

	h->kept = NULL;
	if (!w)
		return NULL;
	p.fd = wire_fd(w);
	if (poll(&p, 1, 0) == 0)
		return w;
	wire_free(w);
	return NULL;
}

/* What is left of a reply whose head is there. data: whether the request wants it. */
static int receive_body(struct exchange *x, bool data, struct reply *out, struct err *e)
{
	char piece[READ];
	ssize_t k;

	while ((k = exchange_recv(x, piece, sizeof piece, e)) > 0) {
		if (data) {
			if (x->r->data(x->r->data_ctx, piece, (size_t)k) < 0)
				return -1;
			continue;
		}
		if ((size_t)k > HTTP_REPLY_MAX - out->body.n)
			return err_set(e, EMSGSIZE,
				"the container engine's reply to %s %s is too long",
				x->r->method, x->r->path);
		buf_add(&out->body, piece, (size_t)k);
	}
	return k < 0 ? -1 : 0;
}

static int exchange(struct exchange *x, struct reply *out, struct err *e)
{
	if (exchange_head(x, e) < 0)
		return -1;
	out->status = x->head.status;
	out->head = x->head.lines;
	x->head.lines = (struct kvs){0};
	return receive_body(x, x->r->data && out->status < 400, out, e);
}

/* May the connection be used for a further request? */
static bool is_clean(const struct exchange *x)
{
	return x->head.keep_alive && !x->sending && x->last && x->sent == x->out.n &&
	       x->in.kind != BODY_TO_END && !x->in.ahead.n;
}

/* Has the engine not seen the request, or does it not matter whether it has? */
static bool may_repeat(const struct exchange *x)
{
	return !x->any_sent || x->unread || strcmp(x->r->method, "POST") != 0;
}

int http_do(
	struct http *h, const struct http_request *r, struct reply *out, struct err *e)
{
	/* a body that is made meanwhile cannot be sent twice */
	struct wire *w = r->read ? NULL : kept(h);
	bool again = w != NULL;
	struct err local = {0};
	struct exchange x;
	int rc;

	e = e ? e : &local;
	if (!w && dial(h, &w, e) < 0)
		return -1;
	exchange_begin(&x, h->url, r, w);
	rc = exchange(&x, out, e);
	if (rc < 0 && again && x.lost && may_repeat(&x)) {
		exchange_end(&x);
		if (dial(h, &w, e) < 0)
			return -1;
		exchange_begin(&x, h->url, r, w);
		rc = exchange(&x, out, e);
	}
	if (rc == 0 && is_clean(&x)) {
		wire_free(h->kept);
		h->kept = x.in.wire;
		x.in.wire = NULL;
	}
	exchange_end(&x);
	return rc;
}

int http_open(struct http *h, const struct http_request *r, struct reply *out,
	struct body_stream *body, struct err *e)
{
	struct err local = {0};
	struct exchange x;
	struct wire *w;
	int rc;

	e = e ? e : &local;
	if (dial(h, &w, e) < 0)
		return -1;
	exchange_begin(&x, h->url, r, w);
	rc = exchange_head(&x, e);
	out->status = x.head.status;
	if (rc == 0 && out->status >= 300)
		rc = receive_body(&x, false, out, e);
	if (rc == 0 && out->status < 300) {
		*body = x.in;
		x.in = (struct body_stream){0};
	}
	exchange_end(&x);
	return rc;
}
