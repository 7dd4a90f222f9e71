/* SPDX-License-Identifier: MIT */
#include "launch/session/output.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "launch/hint.h"

bool output_is_pending(const struct output *p)
{
	return p->at < p->n;
}

int output_take(struct output *p, struct err *e)
{
	const struct launch_events *events = p->o->events;
	int channel, n = stream_take(p->o->stream, p->piece, OUTPUT_PIECES, &channel, e);
	const struct launch_io *to = p->o->io && p->o->io->take ? p->o->io : NULL;

	p->at = p->n = 0;
	if (n < 0) {
		p->ended = true;
		return e->code ? -1 : 0;
	}
	for (int i = 0; i < n; i++) {
		const struct iovec *v = &p->piece[i];

		if (p->o->early)
			hint_hear(p->o->early, channel, v->iov_base, v->iov_len);
		if (events && events->on_log)
			events->on_log(events->ctx, channel, v->iov_base, v->iov_len);
		if (to)
			to->take(to->ctx, channel, v->iov_base, v->iov_len);
	}
	p->fd = channel;
	p->n = to ? 0 : (size_t)n;
	return n > 0;
}

/* Whoever waits for an end shall not wait for a reader of the output that has stopped:
 * then a write may not block, which of a pipe is known for PIPE_BUF bytes only. */
static ssize_t write_some(const struct output *p)
{
	const struct iovec *v = &p->piece[p->at];
	struct pollfd ready = {.fd = p->fd, .events = POLLOUT};

	if (!p->impatient)
		return writev(p->fd, v, (int)(p->n - p->at));
	if (poll(&ready, 1, 0) != 1)
		return 0;
	return write(p->fd, v->iov_base, v->iov_len < PIPE_BUF ? v->iov_len : PIPE_BUF);
}

static void advance(struct output *p, size_t done)
{
	while (p->at < p->n) {
		struct iovec *v = &p->piece[p->at];

		if (done < v->iov_len) {
			v->iov_base = (char *)v->iov_base + done;
			v->iov_len -= done;
			return;
		}
		done -= v->iov_len;
		p->at++;
	}
}

void output_flush(struct output *p)
{
	ssize_t k = p->at < p->n && !p->lost ? write_some(p) : 0;

	/* what is left, for a signal perhaps, has its turn after the next poll */
	if (k > 0)
		advance(p, (size_t)k);
	else if (k < 0 && errno != EINTR && errno != EAGAIN)
		p->lost = true;
	if (p->lost)
		p->at = p->n;
}

void output_drop(struct output *p)
{
	if (!output_is_pending(p))
		return;
	stream_abandon(p->o->stream);
	p->ended = true;
	p->at = p->n;
}
