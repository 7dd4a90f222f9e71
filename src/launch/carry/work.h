/* SPDX-License-Identifier: MIT */
/* One carrying, begun and ended. */
#ifndef CNNRUN_LAUNCH_CARRY_WORK_H
#define CNNRUN_LAUNCH_CARRY_WORK_H

#include "launch/carry/bring.h"
#include "launch/launch.h"

/* Open on the carried directory, if it is where it was when it was carried, and by no
 * link. */
int carry_source(const struct carry_state *st, struct err *e);
/* w has a state, which is locked, a directory and unsure; place gets what the state says.
 * g, ledger, name: of a container's; NULL with w->way. */
int carry_work_begin(struct carry_work *w, struct engine *g, struct ledger *ledger,
	const char *name, const struct launch_events *events, struct err *e);
void carry_work_end(struct carry_work *w, const struct launch_events *events);

#endif
