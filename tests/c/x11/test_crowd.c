/* SPDX-License-Identifier: MIT */
/* Many holders at once, and servers that are open, dead or silent. */
#include "admission.h"

static void test_twenty_at_once(void **state)
{
	enum { N = 20 };
	int up[2], down[2];
	char got[N];
	pid_t pid[N];
	size_t n = 0;

	(void)state;
	assert_int_equal(pipe(up), 0);
	assert_int_equal(pipe(down), 0);
	for (size_t i = 0; i < N; i++) {
		pid[i] = fork();
		assert_true(pid[i] >= 0);
		if (pid[i] == 0) {
			struct x11_admission *g;

			close(down[1]);
			if (x11_admit_host(x.display, user, &g, &e) < 0 ||
				write(up[1], "k", 1) != 1)
				_exit(1);
			if (read(down[0], got, 1) != 0)
				_exit(2);
			x11_admission_end(g);
			_exit(0);
		}
	}
	close(up[1]);
	close(down[0]);
	while (n < N) {
		ssize_t k = read(up[0], got, sizeof got);

		assert_true(k > 0);
		n += (size_t)k;
	}
	assert_int_equal(count(x.display, user), 1);
	assert_int_equal(marks(x.display), 1);
	close(down[1]); /* all leave at once */
	for (size_t i = 0; i < N; i++) {
		int status;

		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_int_equal(status, 0);
	}
	close(up[0]);
	assert_int_equal(count(x.display, user), 0);
	assert_int_equal(marks(x.display), 0);
}

/* Comes and goes while others do; 0 when the entry was there whenever it was held. */
static int come_and_go(void)
{
	for (int i = 0; i < 20; i++) {
		AUTO_BUF struct buf list = {0};
		struct x11_admission *g;
		bool control;

		if (x11_admit_host(x.display, user, &g, &e) < 0 ||
			x11_hosts(x.display, &list, &control, &e) < 0)
			return 1;
		if (!strstr(buf_str(&list), user))
			return 2;
		x11_admission_end(g);
	}
	return 0;
}

static void test_coming_and_going(void **state)
{
	enum { N = 6 };
	pid_t pid[N];

	(void)state;
	for (size_t i = 0; i < N; i++) {
		pid[i] = fork();
		assert_true(pid[i] >= 0);
		if (pid[i] == 0)
			_exit(come_and_go());
	}
	for (size_t i = 0; i < N; i++) {
		int status;

		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(count(x.display, user), 0);
	assert_int_equal(marks(x.display), 0);
}

static void test_access_control_off_stays_off(void **state)
{
	struct xvfb open_server;
	struct x11_admission *g;
	struct x11_state s;

	(void)state;
	xvfb_start(&open_server, "-ac");
	{
		AUTO_FREE char *before = hosts(open_server.display), *after = NULL;

		assert_ok(x11_admit_host(open_server.display, user, &g, &e));
		assert_ok(x11_query(open_server.display, 4321, &s, &e));
		assert_false(s.control);
		x11_admission_end(g);
		assert_ok(x11_query(open_server.display, 4321, &s, &e));
		assert_false(s.control);
		after = hosts(open_server.display);
		assert_string_equal(before, after);
	}
	xvfb_stop(&open_server);
	setenv("XAUTHORITY", x.authority, 1);
}

/* SIGPIPE has its default action here: the first write to the dead server must not end
 * us. */
static void test_server_dies(void **state)
{
	AUTO_BUF struct buf bytes = {0};
	struct xvfb mortal;
	struct x11_admission *host, *cookie;

	(void)state;
	signal(SIGPIPE, SIG_DFL);
	xvfb_start(&mortal, NULL);
	assert_ok(x11_admit_host(mortal.display, user, &host, &e));
	assert_ok(x11_admit_cookie(mortal.display, "0", 60, &bytes, &cookie, &e));
	kill(mortal.pid, SIGKILL);
	assert_int_equal(waitpid(mortal.pid, NULL, 0), mortal.pid);
	x11_admission_end(host);
	x11_admission_end(cookie);
	assert_int_equal(x11_sweep(mortal.display, &e), -1);
	assert_int_equal(x11_admit_host(mortal.display, user, &host, &e), -1);
	xvfb_stop(&mortal);
	setenv("XAUTHORITY", x.authority, 1);
}

/* A stopped server takes connections and says nothing: both end by our patience. */
static void test_server_hangs(void **state)
{
	struct xvfb frozen;
	struct x11_admission *g;
	struct x11_state s;

	(void)state;
	xvfb_start(&frozen, NULL);
	assert_ok(x11_admit_host(frozen.display, user, &g, &e));
	kill(frozen.pid, SIGSTOP);
	assert_int_equal(x11_query(frozen.display, 0, &s, &e), -1);
	assert_int_equal(e.code, ETIMEDOUT);
	x11_admission_end(g);
	xvfb_stop(&frozen);
	setenv("XAUTHORITY", x.authority, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_twenty_at_once),
		cmocka_unit_test(test_coming_and_going),
		cmocka_unit_test(test_access_control_off_stays_off),
		cmocka_unit_test(test_server_dies),
		cmocka_unit_test(test_server_hangs),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
