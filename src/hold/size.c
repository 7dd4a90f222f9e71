/* SPDX-License-Identifier: MIT */
/* Engines before API 1.42 can be told a terminal's size only once its program runs, which
 * may look for it first of all. */
#include <signal.h>
#include <sys/ioctl.h>
#include <time.h>

#include "hold/hold.h"
#include "hold/sys.h"

#define SET_BYTES sizeof(uint64_t) /* of the kernel's set of signals */

enum { ROUNDS = 100, ROUND_NS = 10000000 };

static bool has_none(void)
{
	struct winsize size = {0};

	return SYS(ioctl, 0, TIOCGWINSZ, &size, 0, 0) == 0 && !size.ws_row &&
	       !size.ws_col;
}

void await_size(void)
{
	const uint64_t change = (uint64_t)1 << (SIGWINCH - 1);
	const struct timespec round = {.tv_nsec = ROUND_NS};
	uint64_t before = 0;

	SYS(rt_sigprocmask, SIG_BLOCK, &change, &before, SET_BYTES, 0);
	for (int i = 0; i < ROUNDS && has_none(); i++)
		SYS(rt_sigtimedwait, &change, 0, &round, SET_BYTES, 0);
	SYS(rt_sigprocmask, SIG_SETMASK, &before, 0, SET_BYTES, 0);
}
