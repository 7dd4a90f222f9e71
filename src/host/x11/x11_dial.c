/* SPDX-License-Identifier: MIT */
/* Sockets to an X server, with deadlines. */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "host/x11/x11_wire.h"

enum { PORT_BASE = 6000, RETRY_MS = 10 };

bool x11_wait(int fd, short events, int64_t deadline)
{
	for (;;) {
		struct pollfd p = {.fd = fd, .events = events};
		int64_t left = deadline - clock_ms();
		int n;

		if (left <= 0)
			return false;
		n = poll(&p, 1, (int)left);
		if (n > 0)
			return true;
		if (n < 0 && errno != EINTR)
			return false;
	}
}

/* 0, or -1 with errno. */
static int finish_connect(int fd, const struct sockaddr *a, socklen_t n, int64_t deadline)
{
	int rc = connect(fd, a, n), problem = 0;
	socklen_t k = sizeof problem;

	/* A unix socket with a full queue of waiting clients says EAGAIN and cannot be
	 * polled for. */
	while (rc < 0 && errno == EAGAIN && clock_ms() < deadline) {
		poll(NULL, 0, RETRY_MS);
		rc = connect(fd, a, n);
	}
	if (rc == 0 || (errno != EINPROGRESS && errno != EINTR))
		return rc;
	if (!x11_wait(fd, POLLOUT, deadline)) {
		errno = ETIMEDOUT;
		return -1;
	}
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &problem, &k) < 0)
		return -1;
	errno = problem;
	return problem ? -1 : 0;
}

static int dial(int family, const struct sockaddr *a, socklen_t n, int64_t deadline)
{
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int saved, on = 1;

	if (fd < 0)
		return -1;
	if (family != AF_UNIX) {
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
	}
	if (finish_connect(fd, a, n, deadline) == 0)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

/* The file, or the abstract socket of the same name, which stays when /tmp is another. */
static int dial_unix(const char *path, int64_t deadline)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	size_t n = strlen(path);
	socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + 1);
	int fd, saved;

	if (n + 1 >= sizeof a.sun_path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(a.sun_path, path, n);
	fd = dial(AF_UNIX, (const struct sockaddr *)&a, size, deadline);
	if (fd >= 0 || (errno != ENOENT && errno != ECONNREFUSED))
		return fd;
	saved = errno;
	memcpy(a.sun_path + 1, path, n);
	a.sun_path[0] = 0;
	fd = dial(AF_UNIX, (const struct sockaddr *)&a, size, deadline);
	errno = saved;
	return fd;
}

static int dial_tcp(const struct x11_display *d, int64_t deadline, struct err *e)
{
	struct addrinfo hint = {.ai_socktype = SOCK_STREAM}, *list = NULL;
	char port[16];
	int rc, fd = -1;

	snprintf(port, sizeof port, "%d", PORT_BASE + d->number);
	rc = getaddrinfo(d->host, port, &hint, &list);
	if (rc)
		return err_set(e, EHOSTUNREACH, "X display host %s: %s", d->host,
			gai_strerror(rc));
	for (struct addrinfo *a = list; fd < 0 && a; a = a->ai_next)
		fd = dial(a->ai_family, a->ai_addr, a->ai_addrlen, deadline);
	if (fd < 0)
		err_errno(e, "X display %s:%d", d->host, d->number);
	freeaddrinfo(list);
	return fd;
}

int x11_dial(const struct x11_display *d, int64_t deadline, struct err *e)
{
	int fd;

	if (!d->socket[0])
		return dial_tcp(d, deadline, e);
	fd = dial_unix(d->socket, deadline);
	if (fd < 0) {
		err_errno(e, "X display :%d (%s)", d->number, d->socket);
		return err_hint(e, "is the X server running, and DISPLAY right?");
	}
	return fd;
}

int x11_reach(const char *display, struct err *e)
{
	struct x11_display d;

	if (x11_parse(display, &d, e) < 0)
		return -1;
	return x11_dial(&d, clock_ms() + X11_PATIENCE_MS, e);
}
