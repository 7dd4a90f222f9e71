/* SPDX-License-Identifier: MIT */
/* Janitor processes as their parent sees them: one may wait for its launch, others end
 * when their work is done, and all are reaped. */
#ifndef CNNRUN_LAUNCH_STANDBY_H
#define CNNRUN_LAUNCH_STANDBY_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

struct standby {
	int fd;    /* to it */
	pid_t pid; /* 0 = none */
};

/* The one that waits, or a new one. */
int standby_take(struct standby *out, struct err *e);
/* Was it killed? Nothing may be due from it. */
bool standby_lives(const struct standby *s);
/* Until its end; true = by itself. */
bool standby_wait(struct standby *s);
/* Hangs up; it ends some time. */
void standby_leave(struct standby *s);

#endif
