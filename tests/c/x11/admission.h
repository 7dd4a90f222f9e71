/* SPDX-License-Identifier: MIT */
/* The server of a program of tests, and what its host list and its marks hold. */
#ifndef CNNRUN_TESTS_ADMISSION_H
#define CNNRUN_TESTS_ADMISSION_H

#include "xvfb.h"

#include "host/x11/x11.h"
#include "host/x11/x11_access.h"
#include "host/x11/x11_security.h"

static struct xvfb x;
static struct err e;

/* How often the host list holds the entry. */
static inline int count(const char *display, const char *entry)
{
	AUTO_BUF struct buf list = {0};
	AUTO_FREE char *line = xasprintf("%s\n", entry);
	bool control;
	int n = 0;

	assert_ok(x11_hosts(display, &list, &control, &e));
	for (const char *s = buf_str(&list); *s; s += strcspn(s, "\n") + 1)
		n += !strncmp(s, line, strlen(line));
	return n;
}

static inline char *hosts(const char *display)
{
	struct buf list = {0};
	bool control;

	assert_ok(x11_hosts(display, &list, &control, &e));
	return buf_take(&list);
}

/* Root properties of ours: none may stay. */
static inline size_t marks(const char *display)
{
	AUTO_X11 struct x11_server *s = NULL;
	AUTO_STRV struct strv found = {0};

	assert_ok(x11_server_open(display, NULL, &s, &e));
	assert_ok(x11_server_properties(s, "_CNNRUN", &found, &e));
	return found.n;
}

/* What a user does with xhost. */
static inline void user_changes(const char *display, bool insert, const char *entry)
{
	AUTO_X11 struct x11_server *s = NULL;
	struct x11_host h;

	assert_ok(x11_host_parse(entry, &h, &e));
	assert_ok(x11_server_open(display, NULL, &s, &e));
	assert_ok(x11_server_change_host(s, insert, &h, &e));
}

/* A child that holds the entry until it is told to end (EOF on *control) or killed. */
static inline pid_t holder(const char *display, const char *entry, int *control)
{
	int up[2], down[2];
	char ok = 0;
	pid_t pid;

	assert_int_equal(pipe2(up, O_CLOEXEC), 0);
	assert_int_equal(pipe2(down, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct x11_admission *g;

		close(up[0]);
		close(down[1]);
		if (x11_admit_host(display, entry, &g, &e) < 0)
			_exit(1);
		if (write(up[1], "k", 1) != 1)
			_exit(2);
		while (read(down[0], &ok, 1) > 0)
			;
		x11_admission_end(g);
		_exit(0);
	}
	close(up[1]);
	close(down[0]);
	assert_int_equal(read(up[0], &ok, 1), 1);
	close(up[0]);
	*control = down[1];
	return pid;
}

static inline void kill_holder(const char *display, const char *entry)
{
	int control, status;
	pid_t pid = holder(display, entry, &control);

	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	close(control);
}

static const char user[] = "SI:localuser:#4321";

static inline int setup(void **state)
{
	(void)state;
	xvfb_start(&x, NULL);
	return 0;
}

static inline int teardown(void **state)
{
	(void)state;
	xvfb_stop(&x);
	return 0;
}

#endif
