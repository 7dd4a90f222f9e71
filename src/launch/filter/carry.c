/* SPDX-License-Identifier: MIT */
#include "launch/filter/carry.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FDS_MAX = 32 };

/* One way. */
struct way {
	int from, to;
	char bytes[32768];
	size_t at, n;
	bool descriptors;
	int fds[FDS_MAX]; /* that go with the next byte */
	size_t n_fds;
	bool ended; /* from says no more, and to was told */
};

static bool would_wait(void)
{
	return errno == EAGAIN || errno == EINTR;
}

static void drop_fds(struct way *w)
{
	while (w->n_fds)
		close(w->fds[--w->n_fds]);
}

static ssize_t take(struct way *w)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(FDS_MAX * sizeof(int))];
	} control = {0};
	struct iovec part = {w->bytes, sizeof w->bytes};
	struct msghdr m = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = w->descriptors ? &control : NULL,
		.msg_controllen = w->descriptors ? sizeof control : 0};
	ssize_t n = recvmsg(w->from, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	const struct cmsghdr *c = n > 0 ? CMSG_FIRSTHDR(&m) : NULL;

	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
		w->n_fds = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(w->fds, CMSG_DATA(c), w->n_fds * sizeof(int));
	}
	return n;
}

static ssize_t give(struct way *w)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(FDS_MAX * sizeof(int))];
	} control = {0};
	struct iovec part = {w->bytes + w->at, w->n - w->at};
	struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1};
	ssize_t n;

	if (w->n_fds) {
		m.msg_control = &control;
		m.msg_controllen = CMSG_SPACE(w->n_fds * sizeof(int));
		control.head.cmsg_level = SOL_SOCKET;
		control.head.cmsg_type = SCM_RIGHTS;
		control.head.cmsg_len = CMSG_LEN(w->n_fds * sizeof(int));
		memcpy(CMSG_DATA(&control.head), w->fds, w->n_fds * sizeof(int));
	}
	n = sendmsg(w->to, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n >= 0)
		drop_fds(w);
	return n;
}

/* false: the connection is broken. */
static bool pass_on(struct way *w)
{
	ssize_t n;

	if (w->ended)
		return true;
	if (w->at == w->n) {
		n = take(w);
		if (n < 0)
			return would_wait();
		if (n == 0) {
			w->ended = true;
			return shutdown(w->to, SHUT_WR) == 0;
		}
		w->at = 0;
		w->n = (size_t)n;
	}
	n = give(w);
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

/* Over TCP none comes; none that came can be sent. */
static bool takes_fds(int fd)
{
	int domain = 0;
	socklen_t n = sizeof domain;

	return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &n) == 0 &&
	       domain == AF_UNIX;
}

static void pass(struct way *there, struct way *back)
{
	while (!there->ended || !back->ended) {
		struct pollfd p[] = {{there->from, wants(there, back), 0},
			{back->from, wants(back, there), 0}};

		for (int i = 0; i < 2; i++) /* a hang-up would be told without end */
			if (!p[i].events)
				p[i].fd = -1;
		if (poll(p, 2, -1) < 0 && errno != EINTR)
			return;
		if (!pass_on(there) || !pass_on(back))
			return;
	}
}

void carry(int a, int b, const struct buf *first, bool descriptors)
{
	bool both = descriptors && takes_fds(a) && takes_fds(b);
	struct way there = {.from = a, .to = b, .descriptors = both},
		   back = {.from = b, .to = a, .descriptors = both};

	if (first && !send_first(b, first))
		return;
	pass(&there, &back);
	drop_fds(&there);
	drop_fds(&back);
}
