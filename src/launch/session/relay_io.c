/* SPDX-License-Identifier: MIT */
/* The user's side of a relay: what is read from fd 0 and written to fds 1 and 2. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "launch/session/relay.h"

enum { CHUNK = 65536 };

/* Whoever waits for an end shall not wait for a reader of the output that has stopped:
 * then a write may not block, which of a pipe is known for PIPE_BUF bytes only. */
static ssize_t write_some(const struct relay *r, int fd, const char *data, size_t n)
{
	struct pollfd p = {.fd = fd, .events = POLLOUT};

	if (!r->killed)
		return write(fd, data, n);
	if (poll(&p, 1, 0) != 1)
		return 0;
	return write(fd, data, n < PIPE_BUF ? n : PIPE_BUF);
}

void relay_flush(struct relay *r)
{
	for (int i = 0; i < 2; i++) {
		struct buf *b = &r->pending[i];
		ssize_t k = b->n ? write_some(r, i + 1, b->p, b->n) : 0;

		/* what is left, for a signal perhaps, has its turn after the next poll */
		if (k > 0)
			buf_drop(b, (size_t)k);
		else if (k < 0 && errno != EINTR && errno != EAGAIN)
			r->output_lost = true;
		if (r->output_lost)
			buf_drop(b, b->n);
	}
}

void relay_output(struct relay *r, int channel, const char *data, size_t n)
{
	struct buf *to = NULL;
	size_t known = strlen(r->head), room = sizeof r->head - 1 - known;

	if (room)
		memcpy(r->head + known, data, n < room ? n : room);

	if (r->events && r->events->on_log)
		r->events->on_log(r->events->ctx, channel, data, n);
	if (r->io)
		to = channel == 2 ? r->io->err : r->io->out;
	if (!to)
		to = &r->pending[channel == 2];
	buf_add(to, data, n);
}

/* A terminal that is only visited would take the end for the end of its session. */
static void end_input(struct relay *r)
{
	if (!r->input_ended && !(r->role == RELAY_ATTACH && r->tty))
		stream_end_input(r->stream);
	r->input_ended = true;
}

void relay_read(struct relay *r)
{
	ssize_t n;

	if (r->io && (r->io->out || r->io->in)) {
		size_t left = r->io->in ? strlen(r->io->in) - r->input_at : 0;
		size_t k = left < CHUNK ? left : CHUNK;

		if (!k) {
			end_input(r);
			return;
		}
		buf_add(&r->input_left, r->io->in + r->input_at, k);
		r->input_at += k;
		return;
	}
	n = read(0, buf_room(&r->input_left, CHUNK), CHUNK);
	if (n > 0) {
		r->input_left.n += (size_t)n;
		r->last_key = r->input_left.p[r->input_left.n - 1];
	} else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
		if (r->raw) { /* no key does that: the terminal is gone */
			r->input_ended = true;
			r->hung_up = true;
		} else {
			end_input(r);
		}
	}
}

void relay_send(struct relay *r)
{
	struct err e = {0};
	ssize_t n = stream_send(r->stream, r->input_left.p, r->input_left.n, &e);

	if (n < 0) {
		buf_drop(&r->input_left, r->input_left.n);
		r->input_ended = true;
		return;
	}
	buf_drop(&r->input_left, (size_t)n);
}
