/* SPDX-License-Identifier: MIT */
#include "launch/session/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

/* What docker forwards, without CHLD and PIPE, which are about this process, and without
 * those a fault raises, which are the terminal's to catch. */
static const struct {
	int number;
	const char *name;
} caught[] = {
	{SIGHUP, "HUP"},
	{SIGINT, "INT"},
	{SIGQUIT, "QUIT"},
	{SIGTERM, "TERM"},
	{SIGUSR1, "USR1"},
	{SIGUSR2, "USR2"},
	{SIGWINCH, "WINCH"},
	{SIGCONT, "CONT"},
};

static struct sigaction before[COUNT_OF(caught)];
static int pipe_fd[2] = {-1, -1};
static int depth;                       /* of launches within launches */
static volatile sig_atomic_t end_asked; /* by that signal, 0 = not */
static volatile sig_atomic_t ever_asked;
static bool by_terminal; /* signals_next()'s last */

enum { BY_TERMINAL = 128 };

static void on_signal(int sig, siginfo_t *info, void *context)
{
	int saved = errno;
	unsigned char c = (unsigned char)sig;

	(void)context;
	if (info && info->si_code == SI_KERNEL)
		c |= BY_TERMINAL;
	if (sig == SIGHUP || sig == SIGINT || sig == SIGQUIT || sig == SIGTERM)
		end_asked = ever_asked = sig;
	if (write(pipe_fd[1], &c, 1) < 0) {
		/* full: more of them than anyone can want are waiting already */
	}
	errno = saved;
}

void signals_catch(void)
{
	struct sigaction a = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};

	if (depth++)
		return;
	end_asked = 0;
	if (pipe2(pipe_fd, O_CLOEXEC | O_NONBLOCK) < 0)
		return;
	for (size_t i = 0; i < COUNT_OF(caught); i++) {
		sigaction(caught[i].number, &a, &before[i]);
		if (before[i].sa_handler == SIG_IGN) /* nohup stays nohup */
			sigaction(caught[i].number, &before[i], NULL);
	}
}

void signals_release(void)
{
	if (--depth) {
		if (end_asked)
			on_signal(end_asked, NULL, NULL);
		return;
	}
	if (pipe_fd[0] < 0)
		return;
	for (size_t i = 0; i < COUNT_OF(caught); i++)
		sigaction(caught[i].number, &before[i], NULL);
	close(pipe_fd[0]);
	close(pipe_fd[1]);
	pipe_fd[0] = pipe_fd[1] = -1;
}

void signals_forget(void)
{
	while (depth) {
		end_asked = 0;
		signals_release();
	}
}

bool signals_ever_asked(void)
{
	return ever_asked != 0;
}

void signals_typed(const char *keys, size_t n)
{
	enum { INTERRUPT = 3 }; /* ^C */

	if (memchr(keys, INTERRUPT, n))
		ever_asked = SIGINT;
}

bool signals_by_terminal(void)
{
	return by_terminal;
}

int signals_fd(void)
{
	return pipe_fd[0];
}

int signals_next(const char **name)
{
	unsigned char c;

	if (pipe_fd[0] < 0 || read(pipe_fd[0], &c, 1) != 1)
		return 0;
	if (depth == 1)
		end_asked = 0; /* now it is known where it matters */
	for (size_t i = 0; i < COUNT_OF(caught); i++)
		if (caught[i].number == (c & ~BY_TERMINAL)) {
			*name = caught[i].name;
			by_terminal = c & BY_TERMINAL;
			return caught[i].number;
		}
	return 0;
}

bool signals_end_asked(void)
{
	return end_asked != 0;
}
