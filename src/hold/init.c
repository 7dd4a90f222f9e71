/* SPDX-License-Identifier: MIT */
/* The init process of a container: passes signals on, buries the orphans, and ends as its
 * command does. The engine's own would be started before anything was judged, by a name
 * that a mount could lie over. */
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#include "hold/hold.h"
#include "hold/sys.h"

#define SET_BYTES sizeof(uint64_t) /* of the kernel's set of signals */

static const uint64_t all = ~(uint64_t)0;

/* Has child ended? Then status is its exit status. */
static bool reap(long child, int *status)
{
	bool ended = false;
	int how = 0;
	long pid;

	while ((pid = SYS(wait4, -1, &how, WNOHANG, 0, 0)) > 0) {
		if (pid != child)
			continue;
		ended = true;
		*status = WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
	}
	return ended;
}

static int64_t now(void)
{
	struct timespec t = {0};

	SYS(clock_gettime, CLOCK_BOOTTIME, &t, 0, 0, 0);
	return t.tv_sec;
}

/* From now on a signal comes when it is cut. */
static void watch(long tie)
{
	SYS(fcntl, tie, F_SETOWN, SYS(getpid, 0, 0, 0, 0, 0), 0, 0);
	SYS(fcntl, tie, F_SETFL, O_ASYNC | O_NONBLOCK, 0, 0);
}

static bool is_cut(long tie)
{
	struct pollfd p = {.fd = (int)tie};
	const struct timespec none = {0};

	return tie >= 0 && SYS(ppoll, &p, 1, &none, NULL, 0) > 0;
}

/* Nothing in the container can end or stop its first process, and all ends with that. */
_Noreturn static void attend(long child, long tie, const struct hold_time *t)
{
	int64_t end = now() + t->seconds;
	long before = t->signal ? t->before : 0;
	int status = 0;

	if (tie >= 0)
		watch(tie);
	for (;;) {
		struct timespec left = {.tv_sec = end - before - now()};
		long sig;

		if (is_cut(tie))
			sys_exit(HOLD_CUT);
		if (t->seconds && left.tv_sec <= 0) {
			if (!before)
				sys_exit(HOLD_TIME_OVER);
			SYS(kill, child, t->signal, 0, 0, 0);
			before = 0;
			continue;
		}
		sig = SYS(rt_sigtimedwait, &all, 0, t->seconds ? &left : NULL, SET_BYTES,
			0);
		if (sig == SIGCHLD && reap(child, &status))
			sys_exit(status);
		if (sig > 0 && sig != SIGCHLD)
			SYS(kill, child, sig, 0, 0, 0);
	}
}

long split(void)
{
	uint64_t before = 0;
	long child;
	int group;

	SYS(rt_sigprocmask, SIG_BLOCK, &all, &before, SET_BYTES, 0);
	child = SYS(clone, SIGCHLD, 0, 0, 0, 0);
	if (child > 0)
		return child;
	SYS(setpgid, 0, 0, 0, 0, 0);
	group = (int)SYS(getpid, 0, 0, 0, 0, 0);
	SYS(ioctl, 0, TIOCSPGRP, &group, 0, 0);
	SYS(rt_sigprocmask, SIG_SETMASK, &before, 0, SET_BYTES, 0);
	return child;
}

bool init_split(long done, long tie, const struct hold_time *t)
{
	long child;

	SYS(prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	child = split();
	if (child > 0) {
		sys_close(done);
		attend(child, tie, t);
	}
	if (child < 0) /* it has to do without */
		SYS(prctl, PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
	return false;
}
