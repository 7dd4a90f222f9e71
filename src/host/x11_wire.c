/* SPDX-License-Identifier: MIT */
#include "host/x11_wire.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

enum { PORT_BASE = 6000, RETRY_MS = 10 };

int64_t x11_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

bool x11_wait(int fd, short events, int64_t deadline)
{
	for (;;) {
		struct pollfd p = {.fd = fd, .events = events};
		int64_t left = deadline - x11_now();
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
	while (rc < 0 && errno == EAGAIN && x11_now() < deadline) {
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

int x11_connect(const struct x11_display *d, struct err *e)
{
	int64_t deadline = x11_now() + X11_PATIENCE_MS;
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

static void put16(unsigned char *p, unsigned v)
{
	uint16_t native = (uint16_t)v;

	memcpy(p, &native, 2);
}

/* The client's first message (X protocol, "Connection Setup"). */
static size_t setup_request(unsigned char *p, const struct x11_auth *auth)
{
	static const uint16_t one = 1;
	size_t name = auth && auth->n ? sizeof X11_COOKIE_NAME - 1 : 0;
	size_t data = name ? auth->n : 0, at = 12;

	memset(p, 0, at + 32 + sizeof auth->data);
	p[0] = *(const unsigned char *)&one ? 'l' : 'B';
	put16(p + 2, 11);
	put16(p + 6, (unsigned)name);
	put16(p + 8, (unsigned)data);
	memcpy(p + at, X11_COOKIE_NAME, name);
	at += (name + 3) & ~(size_t)3;
	if (data)
		memcpy(p + at, auth->data, data);
	return at + ((data + 3) & ~(size_t)3);
}

/* Exactly n bytes; false = silence or the end. */
static bool read_all(int fd, void *to, size_t n, int64_t deadline)
{
	char *p = to;

	while (n) {
		ssize_t k = recv(fd, p, n, 0);

		if (k > 0) {
			p += k;
			n -= (size_t)k;
		} else if (k == 0) {
			errno = ECONNRESET;
			return false;
		} else if (errno == EAGAIN) {
			if (!x11_wait(fd, POLLIN, deadline)) {
				errno = ETIMEDOUT;
				return false;
			}
		} else if (errno != EINTR) {
			return false;
		}
	}
	return true;
}

static int refused(
	int fd, const unsigned char *head, bool cookie, int64_t deadline, struct err *e)
{
	char why[256] = "";

	/* What came of it, if not all. */
	read_all(fd, why, head[1], deadline);
	while (*why && strchr(" \r\n", why[strlen(why) - 1]))
		why[strlen(why) - 1] = 0;
	log_printable(why, false);
	err_set(e, EACCES, "the X server refuses this client: %s",
		*why ? why : "no reason given");
	return err_hint(e, "%s",
		cookie ? "its cookie in $XAUTHORITY or ~/.Xauthority is out of date"
		       : "there is no cookie for it in $XAUTHORITY or ~/.Xauthority");
}

int x11_probe(const struct x11_display *d, const struct x11_auth *auth, struct err *e)
{
	unsigned char message[12 + 32 + sizeof auth->data], head[8];
	size_t n = setup_request(message, auth);
	int64_t deadline = x11_now() + X11_PATIENCE_MS;
	int fd = x11_connect(d, e);

	if (fd < 0)
		return -1;
	/* A fresh socket's buffer takes these few bytes at once. */
	if (send(fd, message, n, MSG_NOSIGNAL) != (ssize_t)n ||
		!read_all(fd, head, sizeof head, deadline)) {
		err_errno(e, "the X server of display :%d does not answer", d->number);
		close(fd);
		return -1;
	}
	if (head[0] != 1) {
		refused(fd, head, auth && auth->n, deadline, e);
		close(fd);
		return -1;
	}
	return fd;
}

struct x11_hush x11_hush_begin(void)
{
	struct x11_hush h;
	sigset_t sigpipe;

	sigpending(&sigpipe);
	h.pending = sigismember(&sigpipe, SIGPIPE) == 1;
	sigemptyset(&sigpipe);
	sigaddset(&sigpipe, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &sigpipe, &h.old);
	return h;
}

void x11_hush_end(const struct x11_hush *h)
{
	struct timespec now = {0};
	sigset_t sigpipe;

	sigemptyset(&sigpipe);
	sigaddset(&sigpipe, SIGPIPE);
	if (!h->pending)
		sigtimedwait(&sigpipe, NULL, &now);
	pthread_sigmask(SIG_SETMASK, &h->old, NULL);
}
