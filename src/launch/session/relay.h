/* SPDX-License-Identifier: MIT */
/* The loop between the user's terminal (or pipes) and a container's stream: bytes both
 * ways, window size, signals, the end. Private to launch/. */
#ifndef CNNRUN_LAUNCH_RELAY_H
#define CNNRUN_LAUNCH_RELAY_H

#include <signal.h>
#include <stdint.h>

#include "engine/container.h"
#include "launch/launch.h"
#include "launch/ledger/ledger.h"

enum relay_role {
	RELAY_OWN,    /* our container: it ends when we must */
	RELAY_ATTACH, /* one that goes on without us; signals reach it all the same */
	RELAY_EXEC,   /* a command in one; the engine can send it no signal */
};

struct relay {
	/* given */
	enum relay_role role;
	struct engine *g;
	const char *id; /* container, or exec for resize */
	bool tty, input;
	const struct launch_io *io;         /* NULL = fds 0, 1, 2 */
	const struct launch_events *events; /* NULL = nobody listens */
	struct stream *stream;
	struct ledger *ledger; /* is mended when its janitor is killed; NULL = none */
	struct container_wait *wait; /* NULL: the stream's end is the end (exec) */
	int (*resize)(
		struct engine *g, const char *id, int rows, int cols, struct err *e);
	const char *detach_keys; /* NULL = "ctrl-p,ctrl-q" */
	int stop_timeout; /* OWN: seconds before a TERM or HUP becomes a KILL, -1 = 3 */
	int rows, cols;   /* known to the container already */
	/* result */
	bool detached;  /* by the detach keys */
	char head[128]; /* what the output begins with, as text */
	int left_by;    /* ATTACH, EXEC: the signal that made us leave, 0 = none */
	/* own */
	struct buf pending[2]; /* output not yet taken by fds 1 and 2 */
	struct buf input_left; /* input not yet taken by the stream */
	bool input_ended, stream_ended, output_lost, hung_up, ended, raw;
	char last_key;     /* of the input */
	int killed;        /* how often the user asked for an end */
	const char *again; /* signal of the first moments, sent once more; NULL = none */
	int64_t again_ms, start_ms;
	int64_t deadline_ms; /* KILL then; 0 = none */
	int64_t give_up_ms;  /* the KILL has had no effect then; 0 = none was sent */
	int64_t drain_ms;    /* waits no longer for output then; 0 = no end yet */
	size_t input_at;     /* of io->in */
};

/* From here on signals wait for relay_run instead of killing cnnrun, and the terminal is
 * raw where r->tty, so that no key and no change of size is lost while the container
 * starts. relay_end takes both back, also after a failure. */
int relay_begin(struct relay *r, struct err *e);
void relay_end(struct relay *r);
/* Runs to the container's end: 0 with *status (or r->detached, r->left_by), or -1. */
int relay_run(struct relay *r, int *status, struct err *e);

/* The user's side; for relay_run only. Each does what it can without waiting. */
void relay_output(struct relay *r, int channel, const char *data, size_t n);
void relay_flush(struct relay *r);
void relay_read(struct relay *r);
void relay_send(struct relay *r);

#endif
