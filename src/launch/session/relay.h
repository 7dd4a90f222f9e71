/* SPDX-License-Identifier: MIT */
/* The loop between the user's terminal (or pipes) and a container's stream: bytes both
 * ways, window size, signals, the end. */
#ifndef CNNRUN_LAUNCH_RELAY_H
#define CNNRUN_LAUNCH_RELAY_H

#include "engine/container.h"
#include "launch/filter/filter.h"
#include "launch/launch.h"
#include "launch/ledger/ledger.h"

enum relay_role {
	RELAY_OWN,    /* our container: it ends when we must */
	RELAY_ATTACH, /* one that goes on without us; signals reach it all the same */
	RELAY_ENTER,  /* a command in one, to which there is a line: it ends when we must
		       */
	RELAY_EXEC,   /* a command in one; the engine can send it no signal */
};

/* Something else that is looked after meanwhile. */
struct relay_side {
	int fd; /* to poll for reading */
	void (*look)(void *ctx);
	void *ctx;
};

struct relay_options {
	enum relay_role role;
	struct engine *g;
	const char *id; /* container, or exec for resize */
	bool tty, input;
	struct stream *stream;
	struct container_wait *wait;        /* NULL: the stream's end is the end (exec) */
	const struct launch_io *io;         /* NULL = fds 0, 1, 2 */
	const struct launch_events *events; /* NULL = nobody listens */
	struct heard *early;   /* gets what the container says; NULL = nobody asks */
	struct ledger *ledger; /* is mended when its janitor is killed; NULL = none */
	struct filter *filter; /* what it says is said; NULL = none */
	int (*resize)(
		struct engine *g, const char *id, int rows, int cols, struct err *e);
	struct line *line;       /* ENTER */
	const char *detach_keys; /* NULL = "ctrl-p,ctrl-q" */
	int stop_timeout; /* OWN: seconds before a TERM or HUP becomes a KILL, -1 = 3 */
	int rows, cols;   /* known to the container already */
	const struct relay_side *side; /* NULL = none */
};

struct relay_result {
	bool detached; /* by the detach keys */
	bool asked_to; /* the last key was the last of them */
	int left_by;   /* ATTACH, EXEC: the signal that made us leave, 0 = none */
};

/* From here on signals wait for relay_run instead of killing cnnrun, and the terminal is
 * raw where o->tty, so that no key and no change of size is lost while the container
 * starts: id, stream and wait may come later. relay_end takes both back, also after a
 * failure. */
int relay_begin(const struct relay_options *o, struct err *e);
void relay_end(const struct relay_options *o);
/* Runs to the container's end: 0 with *status (or detached, left_by), or -1. */
int relay_run(const struct relay_options *o, struct relay_result *out, int *status,
	struct err *e);

#endif
