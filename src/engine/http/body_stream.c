/* SPDX-License-Identifier: MIT */
#include "engine/http/body_stream.h"

#include <errno.h>
#include <string.h>

void body_stream_close(struct body_stream *b)
{
	wire_free(b->wire);
	buf_free(&b->ahead);
	*b = (struct body_stream){0};
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
	if (b->kind == BODY_CHUNKED)
		return receive_chunked(b, p, n, e);
	if (b->kind == BODY_TO_END)
		return receive(b, p, n, e);
	if (!b->left)
		return err_set(e, 0, "end of stream");
	k = receive(b, p, n < b->left ? n : (size_t)b->left, e);
	if (k < 0)
		return e->code ? -1 : cut_off(e);
	b->left -= (uint64_t)k;
	return k;
}
