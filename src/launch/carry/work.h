/* SPDX-License-Identifier: MIT */
/* One carrying, begun and ended. */
#ifndef CNNRUN_LAUNCH_CARRY_WORK_H
#define CNNRUN_LAUNCH_CARRY_WORK_H

#include "launch/carry/bring.h"
#include "launch/launch.h"

/* w has a state, which is locked, a directory and unsure; place gets what the state says.
 */
int carry_work_begin(struct carry_work *w, struct engine *g, struct ledger *ledger,
	const char *name, const struct launch_events *events, struct err *e);
void carry_work_end(struct carry_work *w, const struct launch_events *events);

#endif
