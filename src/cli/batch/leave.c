/* SPDX-License-Identifier: MIT */
#include "cli/batch/leave.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/mem.h"

static sigset_t mask_before;

int leave_begin(void)
{
	static const int ends[] = {SIGHUP, SIGINT, SIGTERM};
	struct sigaction now;
	sigset_t held;

	sigemptyset(&held);
	for (size_t i = 0; i < COUNT_OF(ends); i++)
		if (!sigaction(ends[i], NULL, &now) && now.sa_handler != SIG_IGN)
			sigaddset(&held, ends[i]); /* nohup stays nohup */
	sigprocmask(SIG_BLOCK, &held, &mask_before);
	return signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK);
}

void leave_end(int fd)
{
	if (fd >= 0)
		close(fd);
	sigprocmask(SIG_SETMASK, &mask_before, NULL);
}

static int next(int fd)
{
	struct signalfd_siginfo s;

	return read(fd, &s, sizeof s) == sizeof s ? (int)s.ssi_signo : 0;
}

int leave_wait(int fd, int ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	return poll(&p, 1, ms) > 0 ? next(fd) : 0;
}

int leave_watch(int fd, int other, int ms)
{
	struct pollfd p[] = {
		{.fd = fd, .events = POLLIN}, {.fd = 1}, {.fd = other, .events = POLLIN}};
	int sig = 0;

	if (poll(p, COUNT_OF(p), ms) <= 0)
		return 0;
	if (p[0].revents)
		sig = next(fd);
	return !sig && p[1].revents & (POLLERR | POLLHUP) ? SIGPIPE : sig;
}

/* The first letter of the next line, 0 = there is none. */
static char read_letter(int tty, int fd)
{
	struct pollfd p[] = {{.fd = tty, .events = POLLIN}, {.fd = fd, .events = POLLIN}};
	char line[64];

	if (poll(p, COUNT_OF(p), -1) < 0 || p[1].revents) {
		next(fd);
		return 0;
	}
	return read(tty, line, sizeof line) > 0 ? *line : (char)0;
}

enum leave leave_ask(const char *job, int fd)
{
	AUTO_FD int tty = isatty(0) && isatty(2)
				  ? open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
				  : -1;

	if (tty < 0)
		return LEAVE_IT;
	dprintf(tty,
		"\njob %s goes on. Stay with it, cancel it, or leave it running? "
		"[S/c/l] ",
		job);
	switch (read_letter(tty, fd)) {
	case 's':
	case 'S':
	case '\n':
		return LEAVE_STAY;
	case 'c':
	case 'C':
		return LEAVE_CANCEL;
	default:
		dprintf(tty, "\n");
		return LEAVE_IT;
	}
}
