/* SPDX-License-Identifier: MIT */
/* The first words with an X server. */
#include "host/x11/x11_wire.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/printable.h"

/* Sizes of the X protocol's first messages. */
enum {
	HEAD = 8,
	WELCOME = 1, /* first byte of the server's answer */
	WELCOME_FIXED = 40,
	PIXMAP_FORMAT = 8,
	SCREEN = 40,
	REQUEST_MAX = 12 + 32 + sizeof((struct x11_auth *)0)->data,
};

static void put16(unsigned char *p, unsigned v)
{
	uint16_t native = (uint16_t)v;

	memcpy(p, &native, 2);
}

static unsigned get16(const unsigned char *p)
{
	uint16_t native;

	memcpy(&native, p, 2);
	return native;
}

/* The client's first message (X protocol, "Connection Setup"). */
static size_t setup_request(unsigned char *p, const struct x11_auth *auth)
{
	static const uint16_t one = 1;
	size_t name = auth && auth->n ? sizeof X11_COOKIE_NAME - 1 : 0;
	size_t data = name ? auth->n : 0, at = 12;

	memset(p, 0, REQUEST_MAX);
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

bool x11_read(int fd, void *to, size_t n, int64_t deadline)
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
	x11_read(fd, why, head[1], deadline);
	while (*why && strchr(" \r\n", why[strlen(why) - 1]))
		why[strlen(why) - 1] = 0;
	log_printable(why, false);
	err_set(e, EACCES, "the X server refuses this client: %s",
		*why ? why : "no reason given");
	return err_hint(e, "%s",
		cookie ? "its cookie in $XAUTHORITY or ~/.Xauthority is out of date"
		       : "there is no cookie for it in $XAUTHORITY or ~/.Xauthority");
}

/* The fixed part of the welcome and the first screen, all that is looked at later, lie
 * within its length (X protocol, "Server Response"). */
static bool is_whole(const struct buf *setup)
{
	const unsigned char *p = (const unsigned char *)setup->p;
	size_t vendor, n = WELCOME_FIXED;

	if (setup->n < n)
		return false;
	vendor = get16(p + 24);
	n += (vendor + 3) & ~(size_t)3;
	n += (size_t)p[29] * PIXMAP_FORMAT;
	return p[28] > 0 && setup->n >= n + SCREEN;
}

static int silence(const struct x11_display *d, struct err *e)
{
	return err_errno(e, "the X server of display :%d does not answer", d->number);
}

static int shake(int fd, const struct x11_display *d, const struct x11_auth *auth,
	int64_t deadline, struct buf *setup, struct err *e)
{
	unsigned char message[REQUEST_MAX];
	unsigned char *head = (unsigned char *)buf_room(setup, HEAD);
	size_t n = setup_request(message, auth);

	/* A fresh socket's buffer takes these few bytes at once. */
	if (send(fd, message, n, MSG_NOSIGNAL) != (ssize_t)n ||
		!x11_read(fd, head, HEAD, deadline))
		return silence(d, e);
	if (head[0] != WELCOME)
		return refused(fd, head, auth && auth->n, deadline, e);
	n = (size_t)get16(head + 6) * 4;
	if (!x11_read(fd, buf_room(setup, HEAD + n) + HEAD, n, deadline))
		return silence(d, e);
	setup->n = HEAD + n;
	if (!is_whole(setup))
		return err_set(e, EPROTO, "what listens on display :%d is no X server",
			d->number);
	return 0;
}

int x11_connect(const struct x11_display *d, const struct x11_auth *auth,
	struct buf *setup, struct err *e)
{
	int64_t deadline = clock_ms() + X11_PATIENCE_MS;
	int fd = x11_dial(d, deadline, e);

	if (fd >= 0 && shake(fd, d, auth, deadline, setup, e) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* The other end of the pair. */
static void *play(void *arg)
{
	const struct x11_replay *r = arg;
	char request[12];

	if (recv(r->fd, request, sizeof request, MSG_WAITALL) == sizeof request)
		send(r->fd, r->setup->p, r->setup->n, MSG_NOSIGNAL);
	return NULL;
}

int x11_replay_start(struct x11_replay *r, const struct buf *setup)
{
	sigset_t all, old;
	int pair[2], rc;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return -1;
	*r = (struct x11_replay){.fd = pair[1], .setup = setup};
	/* Handlers of the program run in its own threads. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = pthread_create(&r->thread, NULL, play, r);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (rc == 0)
		return pair[0];
	close(pair[0]);
	close(pair[1]);
	return -1;
}

/* The shutdown wakes the thread, had nobody taken what it has to give. */
void x11_replay_end(struct x11_replay *r)
{
	shutdown(r->fd, SHUT_RDWR);
	pthread_join(r->thread, NULL);
	close(r->fd);
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
