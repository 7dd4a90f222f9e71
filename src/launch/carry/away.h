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
/* What is to come home, and how. */
struct away_wish {
	const char *url;
	const char *name;    /* the last of that name, for a scheduler may begin anew; */
	const char *project; /* NULL: all of this one */
	bool all;            /* however much it is */
	const struct launch_events *events;
	struct porter_way way;
	struct away_copy *copy; /* the one that is on its way */
};
struct away_copy {
	const char *name; /* what it is called there */
	/* Told by way.begin: nothing more will be made, and what came whole is not
	 * awaited any longer; it is not there any more, nor awaited. */
	bool ended, gone;
};
/* Brings home what there is by now. *n: of how many; else as carry_each(). */
int away_fetch(const struct away_wish *w, size_t *n, struct err *e);

#endif
