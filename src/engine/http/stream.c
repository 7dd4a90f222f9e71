/* SPDX-License-Identifier: MIT */
#include "engine/stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "engine/http/stream_open.h"

/* Holds several of the engine's 32 KiB frames: fewer calls per byte. */
#define READ_AHEAD 262144

struct stream {
	struct body_stream body;
	bool tty;
	bool eof_due; /* a ^D that did not fit yet */
	struct demux demux;
	char *data; /* READ_AHEAD bytes as they were received */
	size_t at, n;
};

struct stream *stream_new(struct body_stream *body, bool tty)
{
	struct stream *s = xcalloc(1, sizeof *s);

	s->body = *body;
	*body = (struct body_stream){0};
	s->tty = tty;
	s->data = xmalloc(READ_AHEAD);
	return s;
}

struct stream *stream_of(int fd)
{
	struct body_stream body = {.wire = unix_wire(fd), .kind = BODY_TO_END};

	return stream_new(&body, true);
}

void stream_free(struct stream *s)
{
	if (!s)
		return;
	body_stream_close(&s->body);
	free(s->data);
	free(s);
}

void stream_free_ptr(struct stream **s)
{
	stream_free(*s);
	*s = NULL;
}

int stream_fd(const struct stream *s)
{
	return wire_fd(s->body.wire);
}

static void send_eof(struct stream *s)
{
	s->eof_due = wire_send(s->body.wire, "\004", 1, NULL) == 0;
}

ssize_t stream_send(struct stream *s, const void *data, size_t n, struct err *e)
{
	return wire_send(s->body.wire, data, n, e);
}

/* A run of payload in data[0..n): *used bytes are taken in all, the last *run of them are
 * payload of d->channel. -1 = malformed. */
static int demux_next(struct demux *d, const char *data, size_t n, size_t *used,
	size_t *run, struct err *e)
{
	*used = *run = 0;
	while (!d->left && *used < n) {
		d->head[d->n_head++] = (unsigned char)data[(*used)++];
		if (d->n_head < sizeof d->head)
			continue;
		d->n_head = 0;
		if (d->head[0] > 3 || d->head[1] || d->head[2] || d->head[3])
			return err_set(e, EPROTO,
				"unreadable output stream of the container engine");
		/* 0 is output too; 3 is the engine's own complaint */
		d->channel = d->head[0] >= 2 ? 2 : 1;
		d->left = (size_t)d->head[4] << 24 | (size_t)d->head[5] << 16 |
			  (size_t)d->head[6] << 8 | d->head[7];
	}
	*run = n - *used < d->left ? n - *used : d->left;
	*used += *run;
	d->left -= *run;
	return 0;
}

int demux_feed(struct demux *d, const char *data, size_t n,
	void (*out)(void *ctx, int channel, const char *data, size_t n), void *ctx,
	struct err *e)
{
	size_t used, run;

	for (; n; data += used, n -= used) {
		if (demux_next(d, data, n, &used, &run, e) < 0)
			return -1;
		if (run)
			out(ctx, d->channel, data + used - run, run);
	}
	return 0;
}

static int fill(struct stream *s, struct err *e)
{
	ssize_t k = body_stream_recv(&s->body, s->data, READ_AHEAD, e);

	if (k < 0 && !e->code && (s->demux.left || s->demux.n_head))
		return err_set(e, ECONNRESET,
			"lost the container engine in the middle of output");
	s->at = 0;
	s->n = k > 0 ? (size_t)k : 0;
	return k < 0 ? -1 : k > 0;
}

/* One after the other in s->data, heads aside, until another channel's turn. */
static int take_runs(
	struct stream *s, struct iovec *v, int max, int *channel, struct err *e)
{
	int n = 0;

	while (s->at < s->n && n < max) {
		struct demux d = s->demux;
		size_t used, run;

		if (demux_next(&d, s->data + s->at, s->n - s->at, &used, &run, e) < 0)
			return n ? n : -1; /* what came before has its turn first */
		if (run && n && d.channel != *channel)
			break;
		s->demux = d;
		s->at += used;
		if (!run)
			continue;
		*channel = d.channel;
		v[n++] = (struct iovec){s->data + s->at - run, run};
	}
	return n;
}

int stream_take(struct stream *s, struct iovec *v, int max, int *channel, struct err *e)
{
	struct err local = {0};
	int n;

	e = e ? e : &local;
	*channel = 1;
	if (s->eof_due)
		send_eof(s);
	for (;;) {
		if (s->at == s->n && (n = fill(s, e)) <= 0)
			return n;
		if (s->tty) {
			v[0] = (struct iovec){s->data + s->at, s->n - s->at};
			s->at = s->n;
			return 1;
		}
		n = take_runs(s, v, max, channel, e);
		if (n)
			return n;
	}
}

bool stream_holds_more(const struct stream *s)
{
	return s->at < s->n || s->body.ahead.n > 0;
}

void stream_end_input(struct stream *s)
{
	if (s->tty)
		/* A half-close would detach; the program's terminal takes ^D for the end.
		 */
		send_eof(s);
	else
		wire_half_close(s->body.wire);
}

void stream_abandon(struct stream *s)
{
	shutdown(stream_fd(s), SHUT_RDWR);
}
