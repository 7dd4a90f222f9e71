/* SPDX-License-Identifier: MIT */
/* The size of the user's terminal, which the container's follows. */
#ifndef CNNRUN_LAUNCH_WINDOW_H
#define CNNRUN_LAUNCH_WINDOW_H

#include <stdint.h>

#include "launch/session/relay.h"

struct window {
	const struct relay_options *o;
	int rows, cols; /* as the container was told last */
	bool again;     /* once more, though it was told */
	int tries;      /* that failed */
	int64_t due_ms; /* the next one; 0 = none */
};

/* Tells the size that the container does not know yet; a program that was there before
 * draws itself anew. */
void window_begin(struct window *w);
/* It may have changed. */
void window_update(struct window *w);
/* Tries again what is due. */
void window_go_on(struct window *w);
/* Milliseconds until then, -1 = never. */
int window_time_left(const struct window *w);

#endif
