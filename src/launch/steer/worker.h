/* SPDX-License-Identifier: MIT */
/* The process that has one container launched, or one command run in one: a launcher like
 * any other, whose end is told to the one that steers. */
#ifndef CNNRUN_LAUNCH_WORKER_H
#define CNNRUN_LAUNCH_WORKER_H

#include "engine/engine.h"
#include "launch/launch.h"
#include "launch/steer/handles.h"
#include "launch/steer/prefix.h"

struct worker {
	struct handle *handle;
	struct engine *g; /* its own connection */
	int fd;           /* to the one that steers */
	bool shown;       /* the output goes to this terminal, with its name before it */
	struct prefix prefix;
	char *id; /* of the container that runs */
	bool detached, oom;
	struct launch_io io; /* NULL take = the terminal is the container's */
	struct launch_events events;
};

struct work {
	/* In the worker: *status is the container's, as with launch(). */
	int (*run)(void *ctx, struct worker *w, int *status, struct err *e);
	void *ctx;
	const char *name, *label, *digest; /* as the profile is told */
	const char *input;                 /* NULL = none */
	bool shown;
};

/* x, which runs nothing yet, has all options set. Its output is kept unless it is in the
 * foreground. */
int worker_start(struct handles *h, struct handle *x, const char *url,
	const struct work *work, struct err *e);

#endif
