/* SPDX-License-Identifier: MIT */
/* Every way out of raw mode, each in a child that has a pseudo-terminal of its own. */
#include "test.h"

#include <fcntl.h>
#include <limits.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <termios.h>

#include "host/terminal.h"

static struct {
	int master, slave;
	struct termios before;
} pty;

static int setup(void **state)
{
	struct winsize size = {.ws_row = 33, .ws_col = 101};

	(void)state;
	assert_int_equal(openpty(&pty.master, &pty.slave, NULL, NULL, &size), 0);
	assert_int_equal(tcgetattr(pty.slave, &pty.before), 0);
	/* Something to be restored that is no default. */
	pty.before.c_cc[VERASE] = 'Q';
	pty.before.c_lflag &= ~(tcflag_t)ECHOK;
	assert_int_equal(tcsetattr(pty.slave, TCSANOW, &pty.before), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	close(pty.master);
	close(pty.slave);
	return 0;
}

static bool is_raw(void)
{
	struct termios t;

	if (tcgetattr(pty.slave, &t) < 0)
		return false;
	return !(t.c_lflag & (ICANON | ECHO | ISIG)) && !(t.c_oflag & OPOST);
}

static bool is_as_before(void)
{
	struct termios t;

	if (tcgetattr(pty.slave, &t) < 0)
		return false;
	return t.c_lflag == pty.before.c_lflag && t.c_iflag == pty.before.c_iflag &&
	       t.c_oflag == pty.before.c_oflag && t.c_cflag == pty.before.c_cflag &&
	       !memcmp(t.c_cc, pty.before.c_cc, sizeof t.c_cc);
}

/* Runs body in a child that has first gone raw; returns the wait status. */
static int in_raw_child(void (*body)(int), int argument)
{
	static const int fatal[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGQUIT};
	struct rlimit none = {0, 0};
	int status = -1;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		setrlimit(RLIMIT_CORE, &none);
		for (size_t i = 0; i < COUNT_OF(fatal); i++)
			signal(fatal[i], SIG_DFL); /* a sanitizer's handler would exit */
		if (terminal_raw(pty.slave, NULL) < 0 || !is_raw())
			_exit(99);
		body(argument);
		_exit(98);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) >= 97)
		fail_msg("the child gave up with %d", WEXITSTATUS(status));
	return status;
}

static void do_raise(int sig)
{
	raise(sig);
}

static void do_exit(int code)
{
	exit(code);
}

static void do_restore(int code)
{
	terminal_restore();
	_exit(is_as_before() ? code : 97);
}

/* A true fault rather than raise(): the handler returns into it. */
static void do_fault(int unused)
{
	char *page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)unused;
	*(volatile char *)page = 'x';
}

static volatile int depth_limit = INT_MAX;

static int overflow(int depth, volatile char *above)
{
	volatile char here[4096];

	here[0] = above ? above[0] : 'x';
	return depth == depth_limit ? 0 : overflow(depth + 1, here) + here[0];
}

static void do_overflow(int unused)
{
	(void)unused;
	overflow(0, NULL);
}

/* A child of the raw process must not touch what its parent still uses. */
static void do_fork(int code)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		exit(0);
	waitpid(pid, &status, 0);
	_exit(is_raw() ? code : 97);
}

/* Twice: the state before is that before the first. */
static void do_twice(int code)
{
	if (terminal_raw(pty.slave, NULL) < 0 || !is_raw())
		_exit(97);
	exit(code);
}

/* The shell sets the terminal as it likes while we are stopped. */
static void do_continue(int code)
{
	struct termios t = pty.before;

	t.c_cc[VERASE] = 'Z';
	tcsetattr(pty.slave, TCSANOW, &t);
	terminal_continue();
	if (!is_raw())
		_exit(97);
	terminal_restore();
	if (!is_as_before())
		_exit(97);
	terminal_continue(); /* no longer ours: nothing */
	_exit(is_as_before() ? code : 97);
}

/* Our own file descriptor is kept, whatever the caller does with his. */
static void do_close(int code)
{
	close(pty.slave);
	exit(code);
}

static void test_signals(void **state)
{
	static const int sigs[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGQUIT};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(sigs); i++) {
		int status = in_raw_child(do_raise, sigs[i]);

		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), sigs[i]);
		assert_true(is_as_before());
	}
}

static void dies_of_segv(void (*body)(int))
{
	int status = in_raw_child(body, 0);

	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSEGV);
	assert_true(is_as_before());
}

static void test_fault(void **state)
{
	(void)state;
	dies_of_segv(do_fault);
}

static void test_stack_overflow(void **state)
{
	(void)state;
	dies_of_segv(do_overflow);
}

static void exits_with(void (*body)(int), int code)
{
	int status = in_raw_child(body, code);

	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), code);
}

static void test_exits(void **state)
{
	(void)state;
	exits_with(do_exit, 3);
	assert_true(is_as_before());
	exits_with(do_restore, 4);
	assert_true(is_as_before());
	exits_with(do_twice, 5);
	assert_true(is_as_before());
	exits_with(do_close, 6);
	assert_true(is_as_before());
}

static void test_child_of_a_raw_process(void **state)
{
	(void)state;
	exits_with(do_fork, 7);
}

static void test_continue(void **state)
{
	(void)state;
	exits_with(do_continue, 8);
	assert_true(is_as_before());
}

/* As `nohup` and background jobs of plain shells have it. */
static void test_ignored_quit_stays_ignored(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0) {
		signal(SIGQUIT, SIG_IGN);
		if (terminal_raw(pty.slave, NULL) < 0)
			_exit(97);
		raise(SIGQUIT);
		_exit(is_raw() ? 9 : 97);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 9);
}

#define each(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		each(test_signals),
		each(test_fault),
		each(test_stack_overflow),
		each(test_exits),
		each(test_child_of_a_raw_process),
		each(test_continue),
		each(test_ignored_quit_stays_ignored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
