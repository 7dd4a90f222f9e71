/* SPDX-License-Identifier: MIT */
/* A private X server for a test: Xvfb on a free display, with a cookie of its own. */
#ifndef CNNRUN_TESTS_XVFB_H
#define CNNRUN_TESTS_XVFB_H

#include "test.h"

#include "authority.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>

struct xvfb {
	pid_t pid;
	char *dir;       /* scratch */
	char *authority; /* the clients' file: the cookie under host name and number */
	char display[16];
	int number;
	unsigned char cookie[16];
};

static inline void xvfb_exec(const char *authority, const char *option, int ready)
{
	char fd[16];
	int null = open("/dev/null", O_RDWR);

	prctl(PR_SET_PDEATHSIG, SIGKILL); /* a failed test stops no server */
	snprintf(fd, sizeof fd, "%d", ready);
	dup2(null, 0);
	dup2(null, 1);
	dup2(null, 2);
	execlp("Xvfb", "Xvfb", "-displayfd", fd, "-auth", authority, "-screen", "0",
		"320x200x24", "-nolisten", "tcp", "-noreset", option, (char *)NULL);
	_exit(127);
}

/* option: one more argument for the server, NULL = none. Sets XAUTHORITY. A machine
 * without Xvfb fails the test. */
static inline void xvfb_start(struct xvfb *x, const char *option)
{
	char host[256] = "", number[16] = "";
	AUTO_FREE char *servers = NULL;
	int ready[2];
	ssize_t n;

	*x = (struct xvfb){.dir = scratch_make()};
	x->authority = path_join(x->dir, "authority");
	servers = path_join(x->dir, "server");
	for (size_t i = 0; i < sizeof x->cookie; i++)
		x->cookie[i] = (unsigned char)noise();
	authority_add(servers, FamilyWild, "", "", x->cookie, sizeof x->cookie);
	assert_int_equal(pipe(ready), 0);
	x->pid = fork();
	assert_true(x->pid >= 0);
	if (x->pid == 0)
		xvfb_exec(servers, option, ready[1]);
	close(ready[1]);
	n = read(ready[0], number, sizeof number - 1);
	close(ready[0]);
	if (n <= 0)
		fail_msg("Xvfb does not start; install it: apt-get install xvfb");
	x->number = atoi(number);
	snprintf(x->display, sizeof x->display, ":%d", x->number);
	snprintf(number, sizeof number, "%d", x->number);
	gethostname(host, sizeof host - 1);
	authority_add(
		x->authority, FamilyLocal, host, number, x->cookie, sizeof x->cookie);
	setenv("XAUTHORITY", x->authority, 1);
}

static inline void xvfb_stop(struct xvfb *x)
{
	if (x->pid > 0) {
		kill(x->pid, SIGKILL);
		waitpid(x->pid, NULL, 0);
		/* What a killed server leaves. */
		AUTO_FREE char *lock = xasprintf("/tmp/.X%d-lock", x->number);
		AUTO_FREE char *sock = xasprintf("/tmp/.X11-unix/X%d", x->number);

		unlink(lock);
		unlink(sock);
	}
	x->pid = 0;
	scratch_end(x->dir);
	free(x->authority);
}

#endif
