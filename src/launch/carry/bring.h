/* SPDX-License-Identifier: MIT */
/* The way home: what changed over there, compared with what both sides agreed on last. */
#ifndef CNNRUN_LAUNCH_CARRY_BRING_H
#define CNNRUN_LAUNCH_CARRY_BRING_H

#include "launch/carry/local.h"
#include "launch/carry/news.h"
#include "launch/carry/porter.h"
#include "launch/carry/state.h"

struct carry_work {
	struct porter_place place;
	struct carry_state *state; /* locked */
	struct porter *porter;     /* NULL = not needed so far */
	struct carry_local local;
	struct carry_news news;
	const struct porter_way *way; /* NULL: its copy is in a volume */
	int dir;                      /* open on the directory */
	bool all, *unsure;
};

/* Brings files home, where the state says that they come at all, and writes a list of
 * what is over there. *whole: nothing is left that could still come. */
int carry_bring(struct carry_work *w, bool *whole, struct err *e);

#endif
