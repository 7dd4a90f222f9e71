/* SPDX-License-Identifier: MIT */
#include "engine/http/upgrade.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/mem.h"
#include "engine/ops.h"

#define HEAD_MAX 65536

void body_stream_close(struct body_stream *b)
{
	wire_free(b->wire);
	buf_free(&b->ahead);
	*b = (struct body_stream){0};
}

/* A connection until the head of its reply is there: an engine that sends a byte now and
 * then does not answer either. */
struct opening {
	struct wire *w;
	int64_t deadline;
};

static int wait_for(const struct opening *o, short events, struct err *e)
{
	struct pollfd p = {.fd = wire_fd(o->w), .events = events};
	int64_t left = o->deadline - clock_ms();
	int n = left > 0 ? poll(&p, 1, (int)left) : 0;

	if (n == 0)
		return err_set(e, ETIMEDOUT, "the container engine does not answer");
	return n < 0 && errno != EINTR ? err_errno(e, "poll") : 0;
}

static int send_all(const struct opening *o, const struct buf *b, struct err *e)
{
	for (size_t done = 0; done < b->n;) {
		ssize_t k = wire_send(o->w, b->p + done, b->n - done, e);

		if (k < 0 || (!k && wait_for(o, POLLOUT, e) < 0))
			return -1;
		done += (size_t)k;
	}
	return 0;
}

/* Receives once more into b: 1 = got some, 0 = the end, -1 = broken. */
static int receive_more(const struct opening *o, struct buf *b, struct err *e)
{
	for (;;) {
		ssize_t k = wire_recv(o->w, buf_room(b, 4096), 4096, e);

		if (k > 0) {
			b->n += (size_t)k;
			b->p[b->n] = 0;
			return 1;
		}
		if (k < 0)
			return e->code ? -1 : 0;
		if (wait_for(o, POLLIN, e) < 0)
			return -1;
	}
}

static int read_head(const struct opening *o, struct buf *b, size_t *end, struct err *e)
{
	const char *blank;

	while (!(blank = b->n ? memmem(b->p, b->n, "\r\n\r\n", 4) : NULL)) {
		int got = b->n < HEAD_MAX ? receive_more(o, b, e) : 1;

		if (got < 0)
			return -1;
		if (!got)
			return err_set(e, ECONNRESET,
				"lost the container engine before it answered");
		if (b->n >= HEAD_MAX)
			return err_set(e, EPROTO,
				"unreadable reply of the container engine: endless head");
	}
	*end = (size_t)(blank - b->p) + 4;
	return 0;
}

/* The value of a header line, case-insensitively; borrowed until head changes. */
static const char *header(const char *head, size_t n, const char *name)
{
	size_t k = strlen(name);

	for (const char *p = head; p && p + k < head + n; p = strchr(p, '\n')) {
		p += *p == '\n';
		if (!strncasecmp(p, name, k) && p[k] == ':')
			return p + k + 1 + strspn(p + k + 1, " \t");
	}
	return NULL;
}

static int parse_head(struct body_stream *b, size_t end, long *status, struct err *e)
{
	const char *coding, *length;
	char *rest;

	if (sscanf(b->ahead.p, "HTTP/1.%*d %3ld", status) != 1 || *status < 101)
		return err_set(e, EPROTO, "unreadable reply of the container engine");
	b->upgraded = *status == 101;
	coding = header(b->ahead.p, end, "Transfer-Encoding");
	b->chunked = !b->upgraded && coding && !strncasecmp(coding, "chunked", 7);
	length = header(b->ahead.p, end, "Content-Length");
	if (length && !b->chunked && !b->upgraded) {
		b->left = strtoull(length, &rest, 10);
		b->has_length = rest != length;
	}
	buf_drop(&b->ahead, end);
	return 0;
}

/* The rest of an error's reply; the engine closes or its length is known. */
static int refused(struct engine *g, struct body_stream *b, const struct opening *o,
	long status, struct err *e)
{
	AUTO_REPLY struct reply r = {.status = status};
	ssize_t k;

	while (r.body.n < HEAD_MAX) {
		k = body_stream_recv(b, buf_room(&r.body, 4096), 4096, e);
		if (k < 0 || (!k && wait_for(o, POLLIN, e) < 0))
			break;
		r.body.n += (size_t)k;
		r.body.p[r.body.n] = 0;
	}
	if (g->ops->mend)
		g->ops->mend(&r);
	return engine_fail(e, &r);
}

static void write_request(struct engine *g, const char *method, const char *path,
	const char *body, bool upgrade, struct buf *out)
{
	buf_addf(out, "%s /v1.%d%s HTTP/1.1\r\nHost: engine\r\n", method,
		g->info.api_minor, path);
	if (upgrade)
		buf_adds(out, "Connection: Upgrade\r\nUpgrade: tcp\r\n");
	if (body)
		buf_adds(out, "Content-Type: application/json\r\n");
	buf_addf(out, "Content-Length: %zu\r\n\r\n%s", body ? strlen(body) : 0,
		body ? body : "");
}

int body_stream_open(struct engine *g, const char *method, const char *path,
	const cJSON *body, bool upgrade, struct body_stream *out, struct err *e)
{
	AUTO_FREE char *text = body ? json_text(body, false) : NULL;
	AUTO_BUF struct buf request = {0};
	struct body_stream b = {0};
	struct opening o = {.deadline = clock_ms() + 2LL * g->patience_ms};
	struct err local = {0};
	size_t end = 0;
	long status;

	e = e ? e : &local;
	write_request(g, method, path, text, upgrade, &request);
	if (wire_open(engine_socket(g->url), &b.wire, e) < 0)
		return -1;
	o.w = b.wire;
	if (send_all(&o, &request, e) < 0 || read_head(&o, &b.ahead, &end, e) < 0 ||
		parse_head(&b, end, &status, e) < 0 ||
		(status >= 300 && refused(g, &b, &o, status, e) < 0)) {
		body_stream_close(&b);
		return -1;
	}
	*out = b;
	return 0;
}

static ssize_t receive(struct body_stream *b, void *p, size_t n, struct err *e)
{
	if (b->ahead.n) {
		n = n < b->ahead.n ? n : b->ahead.n;
		memcpy(p, b->ahead.p, n);
		buf_drop(&b->ahead, n);
		return (ssize_t)n;
	}
	return wire_recv(b->wire, p, n, e);
}

static ssize_t cut_off(struct err *e)
{
	return err_set(
		e, ECONNRESET, "lost the container engine in the middle of a reply");
}

static ssize_t receive_chunked(struct body_stream *b, void *p, size_t n, struct err *e)
{
	ssize_t k = 0;

	/* A read that held only chunk heads has no payload, but more may be there. */
	while (!k && b->chunks.state != CHUNK_DONE) {
		k = receive(b, p, n, e);
		if (k < 0)
			return e->code ? -1 : cut_off(e);
		if (!k)
			return 0;
		k = chunked_feed(&b->chunks, p, (size_t)k, e);
	}
	return k ? k : err_set(e, 0, "end of stream");
}

ssize_t body_stream_recv(struct body_stream *b, void *p, size_t n, struct err *e)
{
	struct err local = {0};
	ssize_t k;

	e = e ? e : &local;
	if (b->chunked)
		return receive_chunked(b, p, n, e);
	if (!b->has_length)
		return receive(b, p, n, e);
	if (!b->left)
		return err_set(e, 0, "end of stream");
	k = receive(b, p, n < b->left ? n : b->left, e);
	if (k < 0)
		return e->code ? -1 : cut_off(e);
	b->left -= (size_t)k;
	return k;
}
