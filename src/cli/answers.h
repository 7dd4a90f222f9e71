/* SPDX-License-Identifier: MIT */
/* What a profile's questions through the door get: facts of this machine, and what it
 * does by itself. */
#ifndef CNNRUN_CLI_ANSWERS_H
#define CNNRUN_CLI_ANSWERS_H

#include "cli/command.h"
#include "launch/steer/steer.h"
#include "profile/profile.h"
#include "right/right.h"

enum answer_mode {
	ANSWER_FACTS, /* facts only: a profile that is merely described must do nothing */
	ANSWER_RECORD, /* what it does by itself is noted in place of being done */
	ANSWER_ACT,
};

struct answers {
	struct cli *cli;
	const struct profile_source *src;
	enum answer_mode mode;
	struct strv recorded; /* one line each */
	struct rights rights; /* what the recorded runs need */
	bool asks_engine;     /* for facts that count for that */
	bool locked;          /* nothing may run that cnnrun.lock does not tell of … */
	struct err beyond;    /* … and it was asked to; msg "" = it was not */
	const struct opts *typed; /* some of it is for what it starts by itself too */
	struct steering steering;
};
void answers_free(struct answers *a);

/* May a profile know the host's variable of this name? -1 = no, with e. */
int answers_variable(const char *name, struct err *e);
/* A door answered by a, which must outlive it. */
struct door answers_door(struct answers *a);

#endif
