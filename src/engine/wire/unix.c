/* SPDX-License-Identifier: MIT */
/* A unix socket. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"
#include "engine/wire/wire.h"

static ssize_t unix_send(struct wire *w, const void *p, size_t n, struct err *e)
{
	ssize_t k;

	do
		k = send(w->fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (k < 0 && errno == EINTR);
	if (k < 0 && errno == EAGAIN)
		return 0;
	if (k < 0)
		return err_set(e, EPIPE, "lost the connection to the container engine");
	return k;
}

static ssize_t unix_recv(struct wire *w, void *p, size_t n, struct err *e)
{
	ssize_t k;

	do
		k = recv(w->fd, p, n, MSG_DONTWAIT);
	while (k < 0 && errno == EINTR);
	if (k < 0 && errno == EAGAIN)
		return 0;
	if (k < 0)
		return err_set(e, errno, "lost the connection to the container engine");
	return k ? k : err_set(e, 0, "end of stream");
}

static void unix_half_close(struct wire *w)
{
	shutdown(w->fd, SHUT_WR);
}

static void unix_close(struct wire *w)
{
	close(w->fd);
	free(w);
}

struct wire *unix_wire(int fd)
{
	static const struct wire_ops ops = {.send = unix_send,
		.recv = unix_recv,
		.half_close = unix_half_close,
		.close = unix_close};
	struct wire *w = xcalloc(1, sizeof *w);

	w->ops = &ops;
	w->fd = fd;
	return w;
}

int unix_wire_open(const char *path, int limit_ms, struct wire **out, struct err *e)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	struct timeval limit = {
		.tv_sec = limit_ms / 1000, .tv_usec = limit_ms % 1000 * 1000L};
	int fd, rc;

	if (strlen(path) >= sizeof a.sun_path)
		return err_set(
			e, ENAMETOOLONG, "the socket's path is too long: %s", path);
	memcpy(a.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return err_errno(e, "socket");
	/* connect() waits while too many others do */
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
	do
		rc = connect(fd, (struct sockaddr *)&a, sizeof a);
	while (rc < 0 && errno == EINTR);
	if (rc < 0) {
		errno = errno == EAGAIN ? ETIMEDOUT : errno;
		err_errno(e, "unix://%s", path);
		close(fd);
		return -1;
	}
	*out = unix_wire(fd);
	return 0;
}
