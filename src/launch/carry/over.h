/* SPDX-License-Identifier: MIT */
/* The way over: what this side has that is not over there yet. */
#ifndef CNNRUN_LAUNCH_CARRY_OVER_H
#define CNNRUN_LAUNCH_CARRY_OVER_H

#include "launch/carry/bring.h"

/* own: what is there already is to become the owner's. */
int carry_over(struct carry_work *w, bool own, struct err *e);

#endif
