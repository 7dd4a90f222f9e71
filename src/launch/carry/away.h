/* SPDX-License-Identifier: MIT */
/* Copies that no engine has: a job of another machine's works in its snapshot of the
 * project, and what it makes there comes home by the rules of carried directories. */
#ifndef CNNRUN_LAUNCH_CARRY_AWAY_H
#define CNNRUN_LAUNCH_CARRY_AWAY_H

#include "launch/carry/porter.h"
#include "launch/carry/state.h"
#include "launch/launch.h"

struct away {
	const char *url, *copy; /* which machine, what the copy is called there */
	const char *name;       /* what the user calls it */
	const char *project;    /* absolute */
	const char *profile;    /* may be NULL */
};
/* It is awaited from now on. snapshot: what went over, as it is here; only: paths of the
 * project, "." = all of it, that may come home. */
int away_begin(const struct away *a, const char *snapshot, const struct strv *only,
	struct err *e);
/* Calls one for each that is awaited of url, until it returns -1: of the project, or,
 * where name is not NULL, for the last of that name, for a scheduler may begin anew. */
int away_each(const char *url, const char *name, const char *project,
	int (*one)(void *ctx, struct carry_state *st), void *ctx);
/* Brings home what there is by now. *ended, once the way was begun: nothing more will be
 * made, and what came whole is not awaited any longer. all: however much it is. */
int away_bring(struct carry_state *st, const struct porter_way *way, const bool *ended,
	bool all, const struct launch_events *events, struct err *e);

#endif
