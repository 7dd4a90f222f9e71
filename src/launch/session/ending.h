/* SPDX-License-Identifier: MIT */
/* How a relay's container comes to its end: the user's signals, and what follows when
 * they have no effect. */
#ifndef CNNRUN_LAUNCH_ENDING_H
#define CNNRUN_LAUNCH_ENDING_H

#include <stdint.h>

#include "launch/session/output.h"

struct ending {
	const struct relay_options *o;
	struct output *out; /* is dropped when that is in the way */
	bool ended;         /* the container has */
	int asked;          /* how often the user asked for it, 2 for one that means it */
	int left_by;        /* the signal that made us leave, 0 = none */
	int64_t start_ms;
	int again_signal;
	const char *again; /* signal of the first moments, sent once more; NULL = none */
	int64_t again_ms;
	int64_t kill_ms;    /* KILL then; 0 = none */
	int64_t give_up_ms; /* the KILL has had no effect then; 0 = none was sent */
};

/* A signal that asks for the end, or that is the program's own affair. */
void ending_signal(struct ending *x, int sig, const char *name);
/* Sends what is due. */
void ending_go_on(struct ending *x);
/* Milliseconds until then, -1 = never. */
int ending_time_left(const struct ending *x);
/* The engine took the KILL, or only said that it has started the container. */
bool ending_is_hopeless(const struct ending *x, struct err *e);

#endif
