/* SPDX-License-Identifier: MIT */
/* A launch's display: that the container is let in, and a socket of ours where the X
 * server has none that a container could be given (ssh -X, an abstract name, a container
 * on another machine). */
#ifndef CNNRUN_LAUNCH_DISPLAY_H
#define CNNRUN_LAUNCH_DISPLAY_H

#include "launch/ledger/ledger.h"

struct display {
	pid_t pid; /* of what carries it to the X server; 0 = it needs none */
	int life;  /* ends with the launch; 0 = none */
};

/* What goes with the launch is added to holds. */
int display_prepare(struct display *d, const struct resolved *s,
	struct ledger_holds *holds, struct err *e);
/* Has the ledger grant what s asks for; adds cookie and socket to s. */
int display_grant(struct display *d, struct ledger *l, struct resolved *s, struct err *e);
/* Ends it, or leaves it to what was added to holds. Fine where there is none. */
void display_end(struct display *d, bool detached);

/* What clients have to show, and what the X server is told in its place. */
struct display_cookies {
	struct buf mine, theirs;
};
/* The process between the socket and the X server, until life has no other end. c NULL =
 * it looks at nothing. */
_Noreturn void display_carry(
	int life, int listener, const char *display, const struct display_cookies *c);

#endif
