/* SPDX-License-Identifier: MIT */
/* The way to an X server with a deadline, which libxcb's own connect does not have. */
#ifndef CNNRUN_HOST_X11_WIRE_H
#define CNNRUN_HOST_X11_WIRE_H

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/x11/x11.h"

/* How long a server may take for one answer. */
enum { X11_PATIENCE_MS = 5000 };

#define X11_COOKIE_NAME "MIT-MAGIC-COOKIE-1"

struct x11_auth {
	unsigned char data[256];
	size_t n; /* 0 = none */
};

/* A connected, non-blocking, close-on-exec socket; -1 with e. */
int x11_dial(const struct x11_display *d, int64_t deadline, struct err *e);
/* Dials and shakes hands: the socket, and in setup the server's welcome as it came,
 * checked to be whole. -1 with e: EACCES when the server refuses, ETIMEDOUT when it is
 * silent. */
int x11_connect(const struct x11_display *d, const struct x11_auth *auth,
	struct buf *setup, struct err *e);

/* libxcb waits for a welcome without a deadline. A replay is a socket on which somebody
 * says the welcome that we have already, once libxcb has asked for it: start returns the
 * asking end, -1 = no resources; setup is borrowed until the end. */
struct x11_replay {
	pthread_t thread;
	int fd;
	const struct buf *setup;
};
int x11_replay_start(struct x11_replay *r, const struct buf *setup);
void x11_replay_end(struct x11_replay *r);

/* Exactly n bytes; false = silence or the end. */
bool x11_read(int fd, void *to, size_t n, int64_t deadline);
/* poll() for events until deadline, of clock_ms(); false = it passed. */
bool x11_wait(int fd, short events, int64_t deadline);

/* libxcb writes without MSG_NOSIGNAL: the SIGPIPE of a dead server is held back between
 * these two and taken away, unless somebody else's was pending. */
struct x11_hush {
	sigset_t old;
	bool pending;
};
struct x11_hush x11_hush_begin(void);
void x11_hush_end(const struct x11_hush *h);

#endif
