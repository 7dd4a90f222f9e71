/* SPDX-License-Identifier: MIT */
/* The engine passes no signals to what is started in a running container, and leaves it
 * running when whoever started it is gone. */
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include "hold/hold.h"
#include "hold/sys.h"

#define SET_BYTES sizeof(uint64_t) /* of the kernel's set of signals */

static void end_if_ended(long child)
{
	int how = 0;

	if (SYS(wait4, child, &how, WNOHANG, 0, 0) == child)
		sys_exit(WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how));
}

/* false: nothing more will come. */
static bool pass_on(long child, long line)
{
	unsigned char sig = 0;
	bool broken = sys_read(line, &sig, 1) != 1;

	if (!broken && !sig)
		return false;
	if (broken)
		sig = SIGHUP;
	SYS(kill, sig == SIGKILL ? -child : child, sig, 0, 0, 0);
	if (broken) /* a stopped one hears it as well */
		SYS(kill, child, SIGCONT, 0, 0, 0);
	return !broken;
}

_Noreturn void attend_line(long child, long line)
{
	const uint64_t ended = (uint64_t)1 << (SIGCHLD - 1);
	struct signalfd_siginfo news;
	struct pollfd p[] = {{.events = POLLIN}, {.fd = (int)line, .events = POLLIN}};

	p[0].fd = (int)SYS(signalfd4, -1, &ended, SET_BYTES, SFD_CLOEXEC, 0);
	for (;;) {
		end_if_ended(child);
		if (SYS(ppoll, p, 2, 0, 0, SET_BYTES) < 0)
			continue;
		if (p[0].revents)
			sys_read(p[0].fd, &news, sizeof news);
		if (p[1].revents && !pass_on(child, line)) {
			sys_close(line);
			p[1].fd = -1;
		}
	}
}
