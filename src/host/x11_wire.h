/* SPDX-License-Identifier: MIT */
/* The way to an X server with a deadline, which libxcb's own connect does not have. */
#ifndef CNNRUN_HOST_X11_WIRE_H
#define CNNRUN_HOST_X11_WIRE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/x11.h"

/* How long a server may take for one answer. */
enum { X11_PATIENCE_MS = 5000 };

#define X11_COOKIE_NAME "MIT-MAGIC-COOKIE-1"

struct x11_auth {
	unsigned char data[256];
	size_t n; /* 0 = none */
};

/* A connected, non-blocking, close-on-exec socket; -1 with e. */
int x11_connect(const struct x11_display *d, struct err *e);
/* Shakes hands on a socket of its own, which is returned so that the server does not lose
 * its last client (and reset) before the real connection stands. A refusal or silence is
 * -1 with e: EACCES, ETIMEDOUT. */
int x11_probe(const struct x11_display *d, const struct x11_auth *auth, struct err *e);

/* Milliseconds of a clock that never jumps. */
int64_t x11_now(void);
/* poll() for events until deadline; false = it passed. */
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
