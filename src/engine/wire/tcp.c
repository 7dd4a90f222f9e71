/* SPDX-License-Identifier: MIT */
#include "engine/wire/tcp.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "engine/wire/ways.h"

#define PORT_PLAIN "2375"
#define PORT_TLS   "2376"

/* A machine that is gone says nothing: noticed after half a minute. */
static void keep_alive(int fd)
{
	const int on = 1, idle = 15, pause = 5, count = 3;

	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &pause, sizeof pause);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* errno says why not. */
static int connect_one(const struct addrinfo *a, int64_t end)
{
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct pollfd p = {.fd = fd, .events = POLLOUT};
	int64_t left = end - clock_ms();
	socklen_t n = sizeof errno;
	int why = 0;

	if (fd < 0)
		return -1;
	if (connect(fd, a->ai_addr, a->ai_addrlen) == 0)
		return fd;
	why = errno;
	if (why == EINPROGRESS) {
		if (poll(&p, 1, left > 0 ? (int)left : 0) < 1)
			why = ETIMEDOUT;
		else
			getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &n);
	}
	if (!why)
		return fd;
	close(fd);
	errno = why;
	return -1;
}

static int dial(const char *url, const struct endpoint *p, bool plain, int limit_ms,
	struct err *e)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	const char *port = p->port ? p->port : plain ? PORT_PLAIN : PORT_TLS;
	int64_t end = clock_ms() + limit_ms;
	struct addrinfo *all;
	int rc = getaddrinfo(p->host, port, &hints, &all), fd = -1;

	if (rc)
		return err_set(e, ENOENT,
			"there is no host %s (%s); is it spelt right in %s?", p->host,
			gai_strerror(rc), url);
	for (const struct addrinfo *a = all; a && fd < 0; a = a->ai_next)
		fd = connect_one(a, end);
	if (fd < 0) {
		err_errno(e, "no container engine answers at %s", url);
		err_hint(e, "is it running there, and reached from here at port %s?",
			port);
	}
	freeaddrinfo(all);
	return fd;
}

int tcp_wire_open(const char *url, const struct endpoint *p, int limit_ms,
	struct wire **out, struct err *e)
{
	bool plain = p->kind == AT_PLAIN || way_to(url)->plain;
	int fd = dial(url, p, plain, limit_ms, e);

	if (fd < 0)
		return -1;
	keep_alive(fd);
	if (!plain)
		return tls_wire(url, p->host, fd, limit_ms, out, e);
	*out = unix_wire(fd);
	return 0;
}
