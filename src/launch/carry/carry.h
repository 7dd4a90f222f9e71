/* SPDX-License-Identifier: MIT */
/* Carried directories: copies of them in volumes of the engine's, which may be on another
 * machine. What this side changed goes over before a container starts, what it changed
 * comes home at its end. */
#ifndef CNNRUN_LAUNCH_CARRY_H
#define CNNRUN_LAUNCH_CARRY_H

#include "engine/engine.h"
#include "launch/launch.h"
#include "launch/ledger/ledger.h"

/* Those of a launch, its services' too. */
struct carries;
/* *out = NULL where nothing is carried. That they are in use is added to holds. */
int carries_open(struct carries **out, struct engine *g, const struct resolved *s,
	const struct launch_events *events, struct ledger_holds *holds, struct err *e);
/* Those of s, which is the launch's or a service's of it, whose owner is known by now.
 * *unsure: as for porter_open(). */
int carries_over(struct carries *c, struct ledger *ledger, const struct resolved *s,
	bool *unsure, struct err *e);
/* A container has started, and may change them. c may be NULL, as below. */
void carries_used(struct carries *c);
/* Says what cannot come now; -1. */
int carries_home(
	struct carries *c, struct ledger *ledger, const char *name, bool *unsure);
void carries_close(struct carries *c);

/* Brings home what the engine has of these: of the project, and where word is not NULL of
 * the container or profile that it names. all: however much it is. *n = how many there
 * are. */
struct carry_request {
	const char *project, *word;
	bool all, over; /* over: what changed here goes over as well */
};
int carry_fetch(struct engine *g, const struct carry_request *r,
	const struct launch_events *events, size_t *n, struct err *e);

#endif
