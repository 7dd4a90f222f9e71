/* SPDX-License-Identifier: MIT */
/* A line to a command that was entered in a container with a kept gate: it gets signals
 * over it, and HUP when whoever holds it is gone, by whatever death. */
#ifndef CNNRUN_LAUNCH_LINE_H
#define CNNRUN_LAUNCH_LINE_H

#include "base/strv.h"

struct line {
	int listener, fd;
	char *path; /* NULL = there is no line */
};

/* Has command, in a container that has these labels, begin with its gate, and on a line
 * where one can be had; sized as for gate_enter(). */
void line_open(
	struct line *l, const struct kvs *labels, bool sized, struct strv *command);
/* false: nobody is at the other end yet, or there is no line. */
bool line_signal(struct line *l, int number);
/* The command goes on without. */
void line_let_go(struct line *l);
void line_close(struct line *l);

#endif
