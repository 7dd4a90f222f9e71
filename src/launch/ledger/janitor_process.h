/* SPDX-License-Identifier: MIT */
/* Janitor processes as their parent sees them: they end when their work is done, and all
 * are reaped. */
#ifndef CNNRUN_LAUNCH_JANITOR_PROCESS_H
#define CNNRUN_LAUNCH_JANITOR_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "launch/ledger/ledger.h"

struct janitor_process {
	int fd;    /* to it */
	pid_t pid; /* 0 = none */
};

/* What a janitor is for. */
struct janitor_duty {
	const char *id, *file;
	const struct record *record;
	bool making;
	int lock;
	const struct ledger_holds *holds;
};

int janitor_start(struct janitor_process *out, struct err *e);
/* Tells it what to watch over; lock and holds are its as well from then on. */
int janitor_begin(
	const struct janitor_process *s, const struct janitor_duty *d, struct err *e);
/* Was it killed? Nothing may be due from it. */
bool janitor_lives(const struct janitor_process *s);
/* Until its end; true = by itself. */
bool janitor_wait(struct janitor_process *s);
/* Hangs up; it ends some time. */
void janitor_leave(struct janitor_process *s);

#endif
