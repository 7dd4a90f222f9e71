/* SPDX-License-Identifier: MIT */
/* A launch on its way. */
#ifndef CNNRUN_LAUNCH_LAUNCHING_H
#define CNNRUN_LAUNCH_LAUNCHING_H

#include "launch/carry/carry.h"
#include "launch/display/display.h"
#include "launch/filter/filter.h"
#include "launch/gate/gate.h"
#include "launch/launch.h"
#include "launch/ledger/ledger.h"

struct launching {
	struct engine *g;
	struct resolved *s;
	const struct launch_io *io;
	const struct launch_events *events;
	struct ledger *ledger;
	struct ledger_holds holds;
	struct gate gate;
	struct filter filter;
	struct display display;
	struct carries *carries; /* the launch's; NULL = nothing is carried */
	struct changes *changes; /* how things were before; NULL = nobody asks */
	char *id;                /* of the container, once it is there */
	bool detached;
	bool stays;                /* a box, which is ready */
	bool home_failed;          /* not all that was carried came home */
	bool unsure;               /* something may be there that we know no id of */
	struct services *services; /* beside it; NULL = none */
};

/* Its container goes on without this launch. */
static inline void launching_detached(struct launching *l)
{
	l->detached = true;
	if (l->events && l->events->on_detach)
		l->events->on_detach(l->events->ctx);
}

/* Finds the users of the image that it depends on. */
int launching_settle(struct launching *l, struct err *e);
/* Makes the container, with the sources of its mounts, its files and its gate. */
int launching_create(struct launching *l, struct err *e);
/* Starts it; on failure *status is what docker gives for that. */
int launching_start(struct launching *l, int *status, struct err *e);

#endif
