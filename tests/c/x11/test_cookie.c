/* SPDX-License-Identifier: MIT */
/* Cookies, the display's own and fresh ones, at a real server. */
#include "admission.h"

static void use_cookie(const char *dir, const struct buf *bytes)
{
	AUTO_FREE char *path = path_join(dir, "fresh");

	assert_ok(file_write(path, bytes->p, bytes->n, 0600, &e));
	setenv("XAUTHORITY", path, 1);
}

static void test_fresh_cookie_admits_until_the_end(void **state)
{
	AUTO_X11 struct x11_server *client = NULL;
	AUTO_FREE char *number = xasprintf("%d", x.number);
	AUTO_BUF struct buf bytes = {0};
	struct x11_host_list list;
	struct x11_state s;
	struct x11_admission *g;

	(void)state;
	assert_ok(x11_admit_cookie(x.display, number, 60, &bytes, &g, &e));
	setenv("XAUTHORITY", "/nonexistent", 1);
	assert_int_equal(x11_query(x.display, 0, &s, &e), -1);
	assert_int_equal(e.code, EACCES);
	use_cookie(x.dir, &bytes);
	assert_ok(x11_query(x.display, 0, &s, &e));
	assert_true(s.control);
	/* Trusted: the host list is closed to others. */
	assert_ok(x11_server_open(x.display, NULL, &client, &e));
	assert_ok(x11_server_hosts(client, &list, &e));
	free(list.v);
	x11_admission_end(g);
	assert_int_equal(x11_query(x.display, 0, &s, &e), -1);
	assert_int_equal(e.code, EACCES);
	/* Who was in is out as well. */
	assert_int_equal(x11_server_hosts(client, &list, &e), -1);
	setenv("XAUTHORITY", x.authority, 1);
	assert_ok(x11_query(x.display, 0, &s, &e));
}

/* The cookie of a killed holder ends by the server's own timer. */
static void test_fresh_cookie_of_a_killed_holder_expires(void **state)
{
	AUTO_FREE char *number = xasprintf("%d", x.number);
	AUTO_BUF struct buf bytes = {0};
	struct x11_state s;
	int pipes[2], status, rc = 0;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct x11_admission *g;

		if (x11_admit_cookie(x.display, number, 1, &bytes, &g, &e) < 0 ||
			write(pipes[1], bytes.p, bytes.n) != (ssize_t)bytes.n)
			_exit(1);
		for (;;)
			pause();
	}
	close(pipes[1]);
	bytes.n = (size_t)read(pipes[0], buf_room(&bytes, 512), 512);
	assert_true(bytes.n > 0 && bytes.n < 512);
	use_cookie(x.dir, &bytes);
	assert_ok(x11_query(x.display, 0, &s, &e));
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	/* Each use starts the timer anew: look seldom. */
	for (int i = 0; i < 10 && rc == 0; i++) {
		usleep(1500 * 1000);
		rc = x11_query(x.display, 0, &s, &e);
	}
	assert_int_equal(rc, -1);
	assert_int_equal(e.code, EACCES);
	setenv("XAUTHORITY", x.authority, 1);
	close(pipes[0]);
}

/* The display's own cookie, made for any host, opens the door; no or another one does
 * not. */
static void test_cookie_and_a_real_server(void **state)
{
	AUTO_FREE char *path = NULL, *number = NULL;
	AUTO_BUF struct buf b = {0};
	struct x11_state s;
	struct xvfb own;
	bool found;

	(void)state;
	xvfb_start(&own, NULL);
	number = xasprintf("%d", own.number);
	path = path_join(own.dir, "copy");
	assert_ok(x11_cookie(own.display, number, &b, &found, &e));
	assert_true(found);
	assert_ok(file_write(path, b.p, b.n, 0600, &e));
	setenv("XAUTHORITY", path, 1);
	assert_ok(x11_query(own.display, 0, &s, &e));
	assert_true(s.control);
	setenv("XAUTHORITY", "/nonexistent", 1);
	assert_int_equal(x11_query(own.display, 0, &s, &e), -1);
	assert_int_equal(e.code, EACCES);
	assert_non_null(strstr(e.msg, "there is no cookie"));
	b.p[b.n - 1] ^= 1;
	assert_ok(file_write(path, b.p, b.n, 0600, &e));
	setenv("XAUTHORITY", path, 1);
	assert_int_equal(x11_query(own.display, 0, &s, &e), -1);
	assert_int_equal(e.code, EACCES);
	assert_non_null(strstr(e.msg, "out of date"));
	xvfb_stop(&own);
	setenv("XAUTHORITY", x.authority, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fresh_cookie_admits_until_the_end),
		cmocka_unit_test(test_fresh_cookie_of_a_killed_holder_expires),
		cmocka_unit_test(test_cookie_and_a_real_server),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
