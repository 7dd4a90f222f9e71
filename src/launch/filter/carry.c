/* SPDX-License-Identifier: MIT */
#include "launch/filter/carry.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

/* One way. */
struct way {
	int from, to;
	char bytes[32768];
	size_t at, n;
	bool ended; /* from says no more, and to was told */
};

static bool would_wait(void)
{
	return errno == EAGAIN || errno == EINTR;
}

/* false: the connection is broken. */
static bool pass_on(struct way *w)
{
	ssize_t n;

	if (w->ended)
		return true;
	if (w->at == w->n) {
		n = recv(w->from, w->bytes, sizeof w->bytes, MSG_DONTWAIT);
		if (n < 0)
			return would_wait();
		if (n == 0) {
			w->ended = true;
			return shutdown(w->to, SHUT_WR) == 0;
		}
		w->at = 0;
		w->n = (size_t)n;
	}
	n = send(w->to, w->bytes + w->at, w->n - w->at, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n < 0)
		return would_wait();
	w->at += (size_t)n;
	return true;
}

static bool send_first(int to, const struct buf *first)
{
	for (size_t at = 0; at < first->n;) {
		struct pollfd p = {to, POLLOUT, 0};
		ssize_t n = send(
			to, first->p + at, first->n - at, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n >= 0)
			at += (size_t)n;
		else if (!would_wait() || poll(&p, 1, -1) < 0)
			return false;
	}
	return true;
}

static short wants(const struct way *out, const struct way *in)
{
	return (short)((!out->ended && out->at == out->n ? POLLIN : 0) |
		       (!in->ended && in->at < in->n ? POLLOUT : 0));
}

void carry(int a, int b, const struct buf *first)
{
	struct way there = {.from = a, .to = b}, back = {.from = b, .to = a};

	if (!send_first(b, first))
		return;
	while (!there.ended || !back.ended) {
		struct pollfd p[] = {
			{a, wants(&there, &back), 0}, {b, wants(&back, &there), 0}};

		for (int i = 0; i < 2; i++) /* a hang-up would be told without end */
			if (!p[i].events)
				p[i].fd = -1;
		if (poll(p, 2, -1) < 0 && errno != EINTR)
			return;
		if (!pass_on(&there) || !pass_on(&back))
			return;
	}
}
