/* SPDX-License-Identifier: MIT */
/* Janitor processes as their parent sees them: they end when their work is done, and all
 * are reaped. */
#ifndef CNNRUN_LAUNCH_JANITOR_PROCESS_H
#define CNNRUN_LAUNCH_JANITOR_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

struct janitor_process {
	int fd;    /* to it */
	pid_t pid; /* 0 = none */
};

int janitor_start(struct janitor_process *out, struct err *e);
/* Was it killed? Nothing may be due from it. */
bool janitor_lives(const struct janitor_process *s);
/* Until its end; true = by itself. */
bool janitor_wait(struct janitor_process *s);
/* Hangs up; it ends some time. */
void janitor_leave(struct janitor_process *s);

#endif
