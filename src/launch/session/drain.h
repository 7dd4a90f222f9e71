/* SPDX-License-Identifier: MIT */
/* Reads a stream of the engine to its end. */
#ifndef CNNRUN_LAUNCH_DRAIN_H
#define CNNRUN_LAUNCH_DRAIN_H

#include "engine/stream.h"

/* Calls take for every piece; it returns false to end early. input, unless NULL, is sent
 * meanwhile, and then the end of input. 0 = the end was reached or take had enough.
 * in_launch: a signal for the launch whose handler waits here is an error,
 * ERR_INTERRUPTED. */
int drain(struct stream *s, const char *input, bool in_launch,
	bool (*take)(void *ctx, int channel, const char *data, size_t n), void *ctx,
	struct err *e);
/* A take for drain: channel 1 to standard output, 2 to standard error. */
bool drain_out(void *ctx, int channel, const char *data, size_t n);

#endif
