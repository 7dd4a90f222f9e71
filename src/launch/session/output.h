/* SPDX-License-Identifier: MIT */
/* A relay's way out: from the stream to fds 1 and 2, to capture, to who listens. */
#ifndef CNNRUN_LAUNCH_OUTPUT_H
#define CNNRUN_LAUNCH_OUTPUT_H

#include <sys/uio.h>

#include "launch/session/relay.h"

enum { OUTPUT_PIECES = 16 };

struct output {
	const struct relay_options *o;
	struct iovec piece[OUTPUT_PIECES]; /* in the stream's own memory */
	size_t at, n;                      /* of them, those that fd has not taken yet */
	int fd;                            /* 1 or 2 */
	bool ended;                        /* the stream has */
	bool lost;                         /* fd's reader is gone */
	bool impatient;                    /* no write may block any more */
};

/* Gets what the stream has now, when the last was taken: 1 = something, 0 = nothing or
 * the end, -1 = it broke. */
int output_take(struct output *p, struct err *e);
/* Writes what can be written. */
void output_flush(struct output *p);
bool output_is_pending(const struct output *p);
/* Output that nobody takes keeps the engine from ending the container, and from answering
 * anything more about it: it is given up, and the stream with it. */
void output_drop(struct output *p);

#endif
