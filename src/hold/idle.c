/* SPDX-License-Identifier: MIT */
/* The first process of a box, whose image may have nothing that waits for ever. */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#include "hold/hold.h"
#include "hold/sys.h"

#define SET_BYTES sizeof(uint64_t) /* of the kernel's set of signals */

enum {
	ROUNDS = 100,
	ROUND_NS = 20000000
}; /* what does not end by itself is killed then */

static void reap(void)
{
	while (SYS(wait4, -1, 0, WNOHANG, 0, 0) > 0)
		;
}

/* Shells take no TERM. Whoever is not the first of its processes would mean all of the
 * user's. */
static void end_others(void)
{
	const struct timespec round = {.tv_nsec = ROUND_NS};

	if (SYS(getpid, 0, 0, 0, 0, 0) != 1)
		return;
	SYS(kill, -1, SIGTERM, 0, 0, 0);
	SYS(kill, -1, SIGHUP, 0, 0, 0);
	SYS(kill, -1, SIGCONT, 0, 0, 0);
	for (int i = 0; i < ROUNDS && SYS(kill, -1, 0, 0, 0, 0) == 0; i++) {
		SYS(nanosleep, &round, 0, 0, 0, 0);
		reap();
	}
}

_Noreturn void idle(long done)
{
	const uint64_t all = ~(uint64_t)0;
	long sig;

	SYS(prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	SYS(rt_sigprocmask, SIG_BLOCK, &all, 0, SET_BYTES, 0);
	if (done >= 0)
		sys_close(done);
	do {
		sig = SYS(rt_sigtimedwait, &all, 0, 0, SET_BYTES, 0);
		reap();
	} while (sig == SIGCHLD || sig < 0);
	end_others();
	sys_exit(0);
}
