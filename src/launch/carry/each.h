/* SPDX-License-Identifier: MIT */
/* What several copies have is brought home: one that cannot be had keeps none of the
 * others. */
#ifndef CNNRUN_LAUNCH_CARRY_EACH_H
#define CNNRUN_LAUNCH_CARRY_EACH_H

#include "launch/carry/state.h"

struct carry_each {
	bool (*meant)(void *ctx, const struct carry_state *st);
	int (*bring)(void *ctx, struct carry_state *st, struct err *e);
	void *ctx;
	size_t n; /* of how many it was called */
};
/* Calls bring for each that is meant, until a signal asks for the end, which comes only
 * once what is half here is gone. -1: e is of the last that failed, the others are said.
 */
int carry_each(struct carry_each *x, struct err *e);

#endif
