/* SPDX-License-Identifier: MIT */
#include "engine/http/exchange.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

/* How long a poll sleeps while a cancel flag has to be looked at. */
#define CANCEL_POLL_MS 200

/* All heads of a reply together, those that only say "go on" included. */
#define HEADS_MAX ((size_t)128 << 10)

enum {
	PIECE = 256 << 10, /* of a body that is made while it is sent */
	CHUNK_HEAD = 8,    /* "40000\r\n" and less */
	READ = 16 << 10
};

static void write_head(struct exchange *x)
{
	const struct http_request *r = x->r;
	bool has_body = r->body || r->read;

	buf_addf(&x->out, "%s %s HTTP/1.1\r\nHost: engine\r\n", r->method, r->path);
	if (r->upgrade)
		buf_addf(&x->out, "Connection: Upgrade\r\nUpgrade: %s\r\n",
			r->protocol ? r->protocol : "tcp");
	if (has_body)
		buf_addf(&x->out, "Content-Type: %s\r\n",
			r->type ? r->type : "application/json");
	for (size_t i = 0; r->head && i < r->head->n; i++)
		buf_addf(&x->out, "%s: %s\r\n", r->head->v[i].key, r->head->v[i].value);
	if (r->read)
		buf_adds(&x->out, "Transfer-Encoding: chunked\r\n");
	else if (has_body || strcmp(r->method, "POST") == 0 || !strcmp(r->method, "PUT"))
		buf_addf(&x->out, "Content-Length: %zu\r\n", r->body ? r->n_body : 0);
	buf_adds(&x->out, "\r\n");
	if (r->body)
		buf_add(&x->out, r->body, r->n_body);
}

void exchange_begin(struct exchange *x, const char *url, const struct http_request *r,
	struct wire *wire)
{
	*x = (struct exchange){
		.r = r, .url = url, .last = !r->read, .sending = true, .in.wire = wire};
	if (r->timeout_ms > 0)
		x->deadline = clock_ms() + r->timeout_ms;
	write_head(x);
}

void exchange_end(struct exchange *x)
{
	buf_free(&x->out);
	kvs_free(&x->head.lines);
	body_stream_close(&x->in);
}

/* Is there still time, and nobody against it? */
static int check(const struct exchange *x, struct err *e)
{
	if (x->r->cancel && *x->r->cancel)
		return err_set(e, ERR_INTERRUPTED, "interrupted");
	if (x->deadline && clock_ms() >= x->deadline)
		return err_set(e, ETIMEDOUT, "the container engine at %s does not answer",
			x->url);
	return 0;
}

static int wait_for_wire(const struct exchange *x, struct err *e)
{
	struct pollfd p = {.fd = wire_fd(x->in.wire),
		.events = (short)(x->sending ? POLLIN | POLLOUT : POLLIN)};
	int64_t ms = x->deadline ? x->deadline - clock_ms() : -1;

	if (x->deadline && ms < 0)
		ms = 0;
	if (x->r->cancel && (ms < 0 || ms > CANCEL_POLL_MS))
		ms = CANCEL_POLL_MS;
	if (poll(&p, 1, (int)ms) < 0 && errno != EINTR)
		return err_errno(e, "poll");
	return check(x, e);
}

/* The next piece of a body that is made meanwhile, as a chunk. */
static int next_piece(struct exchange *x)
{
	char head[24], *to; /* zeros may lead */
	ssize_t k;

	x->sent = 0;
	x->out.n = 0;
	to = buf_room(&x->out, CHUNK_HEAD + PIECE + 2);
	k = x->r->read(x->r->read_ctx, to + CHUNK_HEAD, PIECE);
	if (k < 0)
		return -1;
	snprintf(head, sizeof head, "%06zx\r\n", (size_t)k);
	for (size_t i = 0; i < CHUNK_HEAD; i++)
		to[i] = head[i];
	to[CHUNK_HEAD + k] = '\r';
	to[CHUNK_HEAD + k + 1] = '\n';
	x->out.n = CHUNK_HEAD + (size_t)k + 2;
	x->last = !k;
	return 0;
}

/* Sends what can be sent at once. An engine that takes no more may have said why: its
 * words are still to be read. -1 = the body's maker gave up. */
static int send_some(struct exchange *x)
{
	ssize_t k;

	if (!x->sending)
		return 0;
	if (x->sent == x->out.n && next_piece(x) < 0)
		return -1;
	k = wire_send(x->in.wire, x->out.p + x->sent, x->out.n - x->sent, NULL);
	if (k > 0) {
		x->sent += (size_t)k;
		x->any_sent = true;
	}
	x->sending = k >= 0 && !(x->last && x->sent == x->out.n);
	return 0;
}

static int unreadable(const struct exchange *x, struct err *e)
{
	return err_wrap(e, "unreadable reply of the container engine at %s", x->url);
}

/* A head is whole: is it the last one? 1 = yes. */
static int take_head(struct exchange *x, size_t n, struct err *e)
{
	struct head *h = &x->head;
	bool bodiless;

	kvs_free(&h->lines);
	if (head_parse(x->in.ahead.p, n, h, e) < 0)
		return unreadable(x, e);
	buf_drop(&x->in.ahead, n);
	x->n_head += n;
	if (x->n_head > HEADS_MAX || (h->status == 101 && !x->r->upgrade)) {
		err_set(e, EPROTO, "status %ld", h->status);
		return unreadable(x, e);
	}
	if (h->status < 200 && h->status != 101)
		return 0;
	bodiless = !strcmp(x->r->method, "HEAD") || h->status == 204 || h->status == 304;
	if (bodiless || h->status == 101) {
		h->kind = bodiless ? BODY_LENGTH : BODY_TO_END;
		h->length = 0;
	}
	x->in.kind = h->kind;
	x->in.left = h->length;
	if (h->status >= 400)
		x->sending = false;
	return 1;
}

/* 1 = the head is there, 0 = more has to come. */
static int receive_head(struct exchange *x, struct err *e)
{
	struct buf *b = &x->in.ahead;

	for (;;) {
		ssize_t end = head_end(b->p, b->n, e), k;
		int whole = end > 0 ? take_head(x, (size_t)end, e) : 0;

		if (end < 0)
			return unreadable(x, e);
		if (whole)
			return whole;
		if (end > 0)
			continue; /* "100 Continue" */
		k = wire_recv(x->in.wire, buf_room(b, READ), READ, e);
		if (k == 0)
			return 0;
		if (k < 0) {
			x->lost = !b->n && !x->n_head;
			x->unread = x->lost && e->code == ECONNRESET;
			if (e->code == EACCES) /* it knows why */
				return -1;
			return err_set(e, ECONNRESET,
				"lost the container engine at %s %s", x->url,
				x->lost ? "before it answered"
					: "in the middle of a reply");
		}
		b->n += (size_t)k;
		b->p[b->n] = 0;
	}
}

int exchange_head(struct exchange *x, struct err *e)
{
	int got;

	for (;;) {
		if (send_some(x) < 0)
			return -1;
		got = receive_head(x, e);
		if (got)
			return got < 0 ? -1 : 0;
		if (wait_for_wire(x, e) < 0)
			return -1;
	}
}

/* Who refuses a request may close without having read all of it. */
static bool is_end(const struct exchange *x, const struct err *why)
{
	return !why->code || (why->code == ECONNRESET && x->head.status >= 400 &&
				     x->in.kind == BODY_TO_END);
}

ssize_t exchange_recv(struct exchange *x, void *p, size_t n, struct err *e)
{
	struct err why = {0};
	ssize_t k;

	for (;;) {
		if (check(x, e) < 0 || send_some(x) < 0)
			return -1;
		k = body_stream_recv(&x->in, p, n, &why);
		if (k > 0)
			return k;
		if (k < 0)
			return is_end(x, &why) ? 0 : err_set(e, why.code, "%s", why.msg);
		if (wait_for_wire(x, e) < 0)
			return -1;
	}
}
