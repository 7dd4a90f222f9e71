/* SPDX-License-Identifier: MIT */
/* Ports of a container on another machine that are to answer on this one. */
#ifndef CNNRUN_LAUNCH_PORTS_H
#define CNNRUN_LAUNCH_PORTS_H

#include "launch/launching.h"

/* Before anything is made: could they? */
int ports_check(const struct resolved *s, struct err *e);
/* The container runs: has the ledger lead there, or says how to. */
int ports_lead(const struct launching *l, struct err *e);

#endif
