/* SPDX-License-Identifier: MIT */
#include "host/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

/* One terminal a process: what a signal handler needs has to be global. */
static struct {
	volatile sig_atomic_t raw;
	pid_t owner; /* a forked child must not restore what its parent still uses */
	int fd;      /* our own duplicate */
	struct termios before, now;
} tty = {.fd = -1};

static const int fatal[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGQUIT};
static struct sigaction previous[COUNT_OF(fatal)];

static int set_state(const struct termios *t)
{
	int rc;

	do
		rc = tcsetattr(tty.fd, TCSANOW, t);
	while (rc < 0 && errno == EINTR);
	return rc;
}

/* Async-signal-safe. SIGTTOU is held back because a process in the background would be
 * stopped here rather than end. */
static void restore(void)
{
	sigset_t ttou, old;
	int saved = errno;

	if (!tty.raw || tty.owner != getpid())
		return;
	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	sigprocmask(SIG_BLOCK, &ttou, &old);
	set_state(&tty.before);
	sigprocmask(SIG_SETMASK, &old, NULL);
	tty.raw = 0;
	errno = saved;
}

/* The signal goes on to whoever had it before us, usually the default: death, and the
 * parent sees the true cause. */
static void on_fatal(int sig)
{
	restore();
	for (size_t i = 0; i < COUNT_OF(fatal); i++)
		if (fatal[i] == sig)
			sigaction(sig, &previous[i], NULL);
	raise(sig);
}

/* Once. The alternative stack lets the handler run when the stack itself overflowed. */
static void catch_fatal(void)
{
	static char stack[64 << 10];
	static bool done;
	stack_t alt = {.ss_sp = stack, .ss_size = sizeof stack}, have;

	if (done)
		return;
	done = true;
	if (sigaltstack(NULL, &have) == 0 && (have.ss_flags & SS_DISABLE))
		sigaltstack(&alt, NULL);
	for (size_t i = 0; i < COUNT_OF(fatal); i++) {
		struct sigaction sa = {.sa_handler = on_fatal, .sa_flags = SA_ONSTACK};

		sigfillset(&sa.sa_mask);
		sigaction(fatal[i], NULL, &previous[i]);
		if (previous[i].sa_handler != SIG_IGN)
			sigaction(fatal[i], &sa, NULL);
	}
	atexit(terminal_restore);
}

static void make_raw(struct termios *t)
{
	cfmakeraw(t);
	t->c_cc[VMIN] = 1;
	t->c_cc[VTIME] = 0;
}

int terminal_raw(int fd, struct err *e)
{
	struct termios before;

	terminal_restore(); /* else a second call would take raw for the state before */
	if (tcgetattr(fd, &before) < 0)
		return err_errno(e, "raw mode needs a terminal");
	if (tty.fd >= 0)
		close(tty.fd);
	tty.fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (tty.fd < 0)
		return err_errno(e, "keep the terminal open");
	tty.before = tty.now = before;
	make_raw(&tty.now);
	tty.owner = getpid();
	catch_fatal();
	/* Before the change: a signal in between restores what is still there. */
	tty.raw = 1;
	if (set_state(&tty.now) < 0) {
		tty.raw = 0;
		return err_errno(e, "put the terminal into raw mode");
	}
	log_raw_terminal(true);
	return 0;
}

void terminal_restore(void)
{
	if (!tty.raw || tty.owner != getpid())
		return;
	restore();
	log_raw_terminal(false);
}

bool terminal_size(int fd, int *rows, int *cols)
{
	struct winsize w;

	if (ioctl(fd, TIOCGWINSZ, &w) < 0 || !w.ws_row || !w.ws_col)
		return false;
	*rows = w.ws_row;
	*cols = w.ws_col;
	return true;
}

/* In the background this stops the process (SIGTTOU), as it should: `fg` goes on here. */
void terminal_continue(void)
{
	if (tty.raw && tty.owner == getpid())
		set_state(&tty.now);
}

static struct {
	int fd;
	struct termios before;
} watched = {.fd = -1};

void terminal_watch(int fd)
{
	if (tcgetattr(fd, &watched.before) < 0)
		return;
	watched.fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (tty.raw)
		watched.before = tty.before;
}

static bool same_state(const struct termios *a, const struct termios *b)
{
	return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag &&
	       a->c_cflag == b->c_cflag && a->c_lflag == b->c_lflag;
}

void terminal_unwatch(void)
{
	struct termios now, raw = watched.before;

	make_raw(&raw);
	if (watched.fd >= 0 && tcgetattr(watched.fd, &now) == 0 && same_state(&now, &raw))
		tcsetattr(watched.fd, TCSANOW, &watched.before);
}
