/* SPDX-License-Identifier: MIT */
#include "team/wire.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { BACKLOG = 1024 };

double wire_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static socklen_t size_of(const union address *a)
{
	return a->any.sa_family == AF_INET6 ? sizeof(a->v6) : sizeof(a->v4);
}

int wire_port(const union address *a)
{
	return ntohs(a->any.sa_family == AF_INET6 ? a->v6.sin6_port : a->v4.sin_port);
}

void wire_set_port(union address *a, int port)
{
	if (a->any.sa_family == AF_INET6)
		a->v6.sin6_port = htons((in_port_t)port);
	else
		a->v4.sin_port = htons((in_port_t)port);
}

int wire_find(const char *host, int port, union address found[], struct err *e)
{
	struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM},
			*list;
	int code, count = 0;
	char service[8];

	snprintf(service, sizeof(service), "%d", port);
	code = getaddrinfo(host, service, &hints, &list);
	if (code)
		return err_set(e, "%s", gai_strerror(code));
	for (struct addrinfo *i = list; i && count < ADDRESSES; i = i->ai_next)
		if (i->ai_addrlen <= sizeof(*found))
			memcpy(&found[count++], i->ai_addr, i->ai_addrlen);
	freeaddrinfo(list);
	return count ? count : err_set(e, "no address of this name can be used");
}

static void set_options(int fd)
{
	static const struct {
		int level, name, value;
	} options[] = {
		{IPPROTO_TCP, TCP_NODELAY, 1},
		{SOL_SOCKET, SO_KEEPALIVE, 1},
		{IPPROTO_TCP, TCP_KEEPIDLE, 10},
		{IPPROTO_TCP, TCP_KEEPINTVL, 5},
		{IPPROTO_TCP, TCP_KEEPCNT, 4},
		{IPPROTO_TCP, TCP_USER_TIMEOUT, 30000},
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		setsockopt(fd, options[i].level, options[i].name, &options[i].value,
			sizeof(options[i].value));
}

static int fail_with(int fd, int why)
{
	close(fd);
	errno = why;
	return -1;
}

static int open_socket(const union address *a)
{
	return socket(a->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

int wire_listen(union address *a)
{
	socklen_t size = sizeof(*a);
	int fd = open_socket(a);

	if (fd < 0)
		return -1;
	/* what an earlier run left in TIME_WAIT is no hindrance */
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
	if (bind(fd, &a->any, size_of(a)) < 0 || listen(fd, BACKLOG) < 0 ||
		getsockname(fd, &a->any, &size) < 0)
		return fail_with(fd, errno);
	return fd;
}

static bool wait_for(int fd, short events, double deadline)
{
	struct pollfd p = {.fd = fd, .events = events};

	for (;;) {
		double left = deadline - wire_now();
		int n = left > 0 ? poll(&p, 1, (int)(left * 1000) + 1) : 0;

		if (n >= 0 || errno != EINTR)
			return n > 0;
	}
}

static int try_connect(const union address *a, double deadline)
{
	int fd = open_socket(a), why = 0;
	socklen_t size = sizeof(why);

	if (fd < 0)
		return -1;
	if (connect(fd, &a->any, size_of(a)) < 0) {
		why = errno;
		if (why == EINPROGRESS || why == EINTR) {
			why = ETIMEDOUT;
			if (wait_for(fd, POLLOUT, deadline))
				getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &size);
		}
	}
	if (why)
		return fail_with(fd, why);
	set_options(fd);
	return fd;
}

int wire_connect(
	const union address *a, int count, double deadline, const union address **used)
{
	static const double patience = 5, pause = 0.02; /* one of several; between */

	for (;;) {
		for (int i = 0; i < count; i++) {
			double soon = wire_now() + patience;
			int fd = try_connect(
				&a[i], count > 1 && soon < deadline ? soon : deadline);

			*used = &a[i];
			if (fd >= 0)
				return fd;
		}
		if (wire_now() + pause > deadline)
			return -1;
		nanosleep(&(struct timespec){.tv_nsec = (long)(pause * 1e9)}, NULL);
	}
}

int wire_accept(int listener, double deadline, union address *from)
{
	while (wait_for(listener, POLLIN, deadline)) {
		socklen_t size = sizeof(*from);
		int fd = accept4(
			listener, &from->any, &size, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd >= 0) {
			set_options(fd);
			return fd;
		}
	}
	return -1;
}

static bool try_again(void)
{
	return errno == EAGAIN || errno == EINTR;
}

bool wire_send(int fd, const void *bytes, size_t size, double deadline)
{
	const char *p = bytes;

	while (size > 0) {
		ssize_t n = wait_for(fd, POLLOUT, deadline)
				    ? send(fd, p, size, MSG_NOSIGNAL)
				    : 0;

		if (n == 0 || (n < 0 && !try_again()))
			return false;
		p += n > 0 ? n : 0;
		size -= n > 0 ? (size_t)n : 0;
	}
	return true;
}

bool wire_receive(int fd, void *bytes, size_t size, double deadline)
{
	char *p = bytes;

	while (size > 0) {
		ssize_t n = wait_for(fd, POLLIN, deadline) ? recv(fd, p, size, 0) : 0;

		if (n == 0 || (n < 0 && !try_again()))
			return false;
		p += n > 0 ? n : 0;
		size -= n > 0 ? (size_t)n : 0;
	}
	return true;
}

/* A message on its way: its size, then its bytes. */
struct transfer {
	struct iovec part[2];
	struct msghdr head;
};

static void transfer_begin(struct transfer *t, uint64_t *size, void *bytes, size_t count)
{
	t->part[0] = (struct iovec){size, sizeof(*size)};
	t->part[1] = (struct iovec){bytes, count};
	t->head = (struct msghdr){.msg_iov = t->part, .msg_iovlen = 2};
}

static bool transfer_pending(const struct transfer *t)
{
	return t->part[0].iov_len + t->part[1].iov_len > 0;
}

static void transfer_advance(struct transfer *t, size_t n)
{
	for (int i = 0; i < 2; i++) {
		size_t here = n < t->part[i].iov_len ? n : t->part[i].iov_len;

		t->part[i].iov_base = (char *)t->part[i].iov_base + here;
		t->part[i].iov_len -= here;
		n -= here;
	}
}

int wire_exchange(
	int to, const void *out, size_t out_size, int from, void *in, size_t in_size)
{
	uint64_t sent = out_size, received = 0;
	struct transfer o, i;
	void *bytes;

	memcpy(&bytes, &out, sizeof(bytes)); /* an iovec knows no const */
	transfer_begin(&o, &sent, bytes, out_size);
	transfer_begin(&i, &received, in, in_size);
	if (to < 0)
		transfer_advance(&o, sizeof(sent) + out_size);
	if (from < 0)
		transfer_advance(&i, sizeof(received) + in_size);
	for (;;) {
		struct pollfd p[2] = {
			{.fd = to, .events = POLLOUT}, {.fd = from, .events = POLLIN}};
		ssize_t n;

		if (transfer_pending(&o)) {
			n = sendmsg(to, &o.head, MSG_NOSIGNAL | MSG_DONTWAIT);
			if (n < 0 && !try_again())
				return -1;
			transfer_advance(&o, n > 0 ? (size_t)n : 0);
		}
		if (transfer_pending(&i)) {
			n = recvmsg(from, &i.head, MSG_DONTWAIT);
			if (n == 0 || (n < 0 && !try_again()))
				return 1;
			transfer_advance(&i, n > 0 ? (size_t)n : 0);
			if (i.part[0].iov_len == 0 && received != in_size)
				return WIRE_OTHER_SIZE;
		}
		if (!transfer_pending(&o) && !transfer_pending(&i))
			return 0;
		if (!transfer_pending(&o))
			p[0].fd = -1;
		if (!transfer_pending(&i))
			p[1].fd = -1;
		poll(p, 2, -1);
	}
}
