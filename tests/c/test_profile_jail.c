/* SPDX-License-Identifier: MIT */
/* The jail itself, entered by plain C code: what is left of a process that a bug in Lua
 * would have handed to a profile. */
#include "profile_fixture.h"

#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>

#include "profile/child.h"
#include "profile/host.h"

static const struct profile_limits limits = {.seconds = 1, .memory = (size_t)64 << 20};

/* Runs body in a jailed process; its wait status. The door's other end is *peer. */
static int in_jail(void (*body)(void), int *peer)
{
	int pair[2], status;
	pid_t parent = getpid(), pid;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		bool sealed;

		if (jail_enter(pair[1], &limits, parent, &sealed) < 0 || !sealed)
			_exit(98);
		body();
		_exit(0);
	}
	close(pair[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (peer)
		*peer = pair[0];
	else
		close(pair[0]);
	return status;
}

static void do_open(void)
{
	open("/etc/passwd", O_RDONLY);
}

static void do_socket(void)
{
	socket(AF_UNIX, SOCK_STREAM, 0);
}

static void do_fork(void)
{
	fork();
}

static void do_kill(void)
{
	kill(getppid(), SIGTERM);
}

static void do_exec(void)
{
	execl("/bin/true", "true", NULL);
}

static void do_map_code(void)
{
	mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void do_map_file(void)
{
	mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, DOOR_FD, 0);
}

static void do_protect(void)
{
	mprotect((void *)((uintptr_t)do_protect & ~(uintptr_t)4095), 4096,
		PROT_READ | PROT_WRITE);
}

static void do_write_elsewhere(void)
{
	syscall(SYS_write, 1, "x", 1);
}

static void do_read_elsewhere(void)
{
	char c;

	syscall(SYS_read, 0, &c, 1);
}

static void do_dup(void)
{
	syscall(SYS_dup, DOOR_FD);
}

static void do_limits(void)
{
	struct rlimit l = {RLIM_INFINITY, RLIM_INFINITY};

	setrlimit(RLIMIT_CPU, &l);
}

static void do_trace(void)
{
	syscall(SYS_ptrace, 0, 0, 0, 0);
}

static void do_send_fd(void)
{
	struct msghdr m = {0};

	sendmsg(DOOR_FD, &m, 0);
}

static void every_way_out_is_death(void **state)
{
	static void (*const bodies[])(void) = {do_open, do_socket, do_fork, do_kill,
		do_exec, do_map_code, do_map_file, do_protect, do_write_elsewhere,
		do_read_elsewhere, do_dup, do_limits, do_trace, do_send_fd};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		int status = in_jail(bodies[i], NULL);

		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
			fail_msg("body %zu ended with status %x", i, (unsigned)status);
	}
}

static void say_hello(void)
{
	struct timespec t;
	char *p = malloc(8 << 20);

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	p = realloc(p, 16 << 20);
	if (p && !getenv("PATH") && !getenv("HOME"))
		door_write("hello", 5);
	free(p);
}

static void the_door_and_memory_are_left(void **state)
{
	char text[8] = "";
	int peer, status = in_jail(say_hello, &peer);

	(void)state;
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_int_equal(read(peer, text, sizeof text), 5);
	assert_string_equal(text, "hello");
	close(peer);
}

/* A descriptor left open would keep a pipe of the host from ending, and be a way out. */
static void other_descriptors_are_closed(void **state)
{
	int door[2], other[2], high;
	pid_t parent = getpid(), pid;
	char c;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, door), 0);
	assert_int_equal(pipe(other), 0);
	high = fcntl(other[1], F_DUPFD, 500);
	pid = fork();
	if (!pid) {
		bool sealed;

		if (!jail_enter(door[1], &limits, parent, &sealed))
			read(DOOR_FD, &c, 1) < 0 ? _exit(1) : _exit(0);
		_exit(2);
	}
	close(door[1]);
	close(other[1]);
	close(high);
	assert_int_equal(
		read(other[0], &c, 1), 0); /* its end, although the child lives */
	close(door[0]);
	waitpid(pid, NULL, 0);
	close(other[0]);
}

static void spin(void)
{
	for (volatile unsigned i = 0;; i++)
		;
}

/* Even when nobody watches the clock. */
static void the_kernel_ends_what_computes(void **state)
{
	int status = in_jail(spin, NULL);

	(void)state;
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGXCPU);
}

/* The launcher is killed, and nobody is left to watch a profile that computes. */
static void it_dies_with_the_host(void **state)
{
	int pipes[2], status;
	pid_t host, child = 0;

	fixture_write(*state, "x.lua", "while true do end");
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	assert_int_equal(pipe(pipes), 0);
	host = fork();
	if (!host) {
		struct profile_source s;
		struct profile *p;

		if (profile_find("./x.lua", &s, NULL) < 0 ||
			profile_start(&s, NULL, &p, NULL) < 0)
			_exit(1);
		if (link_read(p, &(cJSON *){NULL}, NULL) < 0) /* it is in its jail */
			_exit(2);
		if (write(pipes[1], &p->pid, sizeof p->pid) < 0)
			_exit(3);
		pause();
	}
	assert_int_equal(read(pipes[0], &child, sizeof child), sizeof child);
	kill(host, SIGKILL);
	assert_int_equal(waitpid(host, &status, 0), host);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
	close(pipes[0]);
	close(pipes[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_way_out_is_death),
		cmocka_unit_test(the_door_and_memory_are_left),
		cmocka_unit_test(other_descriptors_are_closed),
		cmocka_unit_test(the_kernel_ends_what_computes),
		cmocka_unit_test(it_dies_with_the_host),
	};

	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
