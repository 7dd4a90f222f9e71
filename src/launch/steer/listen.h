/* SPDX-License-Identifier: MIT */
/* A profile that listens (c:on) hears of its container's start, output and end. */
#ifndef CNNRUN_LAUNCH_LISTEN_H
#define CNNRUN_LAUNCH_LISTEN_H

#include "launch/launch.h"
#include "launch/steer/lines.h"
#include "profile/profile.h"

struct listener {
	struct profile *profile;
	const struct door *door;
	struct lines lines;
	bool failed; /* a handler raised; it was told, and no other is called any more */
	bool detached; /* how it ends nobody here will know */
};

/* Sets the events it needs; false when the profile listens to nothing. */
bool listen_begin(struct listener *l, struct launch_events *events);
/* The container ended with status (-1 = it was never started): unfinished lines and the
 * "exit" event go out. Returns false when a handler failed. */
bool listen_end(struct listener *l, int status);

#endif
