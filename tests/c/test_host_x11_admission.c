/* SPDX-License-Identifier: MIT */
#include "xvfb.h"

#include "host/x11/x11.h"
#include "host/x11/x11_access.h"
#include "host/x11/x11_security.h"

static struct xvfb x;
static struct err e;

/* How often the host list holds the entry. */
static int count(const char *display, const char *entry)
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

static char *hosts(const char *display)
{
	struct buf list = {0};
	bool control;

	assert_ok(x11_hosts(display, &list, &control, &e));
	return buf_take(&list);
}

/* Root properties of ours: none may stay. */
static size_t marks(const char *display)
{
	AUTO_X11 struct x11_server *s = NULL;
	AUTO_STRV struct strv found = {0};

	assert_ok(x11_server_open(display, NULL, &s, &e));
	assert_ok(x11_server_properties(s, "_CNNRUN", &found, &e));
	return found.n;
}

/* What a user does with xhost. */
static void user_changes(const char *display, bool insert, const char *entry)
{
	AUTO_X11 struct x11_server *s = NULL;
	struct x11_host h;

	assert_ok(x11_host_parse(entry, &h, &e));
	assert_ok(x11_server_open(display, NULL, &s, &e));
	assert_ok(x11_server_change_host(s, insert, &h, &e));
}

/* A child that holds the entry until it is told to end (EOF on *control) or killed. */
static pid_t holder(const char *display, const char *entry, int *control)
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

static void kill_holder(const char *display, const char *entry)
{
	int control, status;
	pid_t pid = holder(display, entry, &control);

	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	close(control);
}

static const char user[] = "SI:localuser:#4321";

static void test_entry_comes_and_goes(void **state)
{
	static const char *const entries[] = {user, "LOCAL:", "SI:localuser:root"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(entries); i++) {
		AUTO_FREE char *before = hosts(x.display), *after = NULL;
		struct x11_admission *g;

		assert_int_equal(count(x.display, entries[i]), 0);
		assert_ok(x11_admit_host(x.display, entries[i], &g, &e));
		assert_int_equal(count(x.display, entries[i]), 1);
		assert_int_equal(marks(x.display), 1);
		x11_admission_end(g);
		after = hosts(x.display);
		assert_string_equal(before, after);
		assert_int_equal(marks(x.display), 0);
	}
}

/* Is a client with that uid and without a cookie let in? */
static bool admits(uid_t uid)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		struct x11_state s;

		setenv("XAUTHORITY", "/nonexistent", 1);
		if (setgid(uid) < 0 || setuid(uid) < 0)
			_exit(2);
		if (x11_query(x.display, uid, &s, &e) == 0)
			_exit(0);
		_exit(e.code == EACCES ? 1 : 3);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
	return WEXITSTATUS(status) == 0;
}

static void test_entry_admits_whom_it_names(void **state)
{
	struct x11_admission *g;

	(void)state;
	if (geteuid() != 0) {
		print_message("needs root to be other users\n");
		skip();
	}
	assert_false(admits(4321));
	assert_ok(x11_admit_host(x.display, user, &g, &e));
	assert_true(admits(4321));
	assert_false(admits(4322));
	x11_admission_end(g);
	assert_false(admits(4321));
	assert_ok(x11_admit_host(x.display, "LOCAL:", &g, &e));
	assert_true(admits(4322));
	x11_admission_end(g);
	assert_false(admits(4322));
}

static void test_last_of_two_removes(void **state)
{
	struct x11_admission *a, *b;

	(void)state;
	assert_ok(x11_admit_host(x.display, user, &a, &e));
	assert_ok(x11_admit_host(x.display, user, &b, &e));
	assert_int_equal(count(x.display, user), 1);
	x11_admission_end(a);
	assert_int_equal(count(x.display, user), 1);
	assert_int_equal(x11_sweep(x.display, &e), 0);
	assert_int_equal(count(x.display, user), 1);
	x11_admission_end(b);
	assert_int_equal(count(x.display, user), 0);
	assert_int_equal(marks(x.display), 0);
}

/* What two that leave one after the other rely on: a lease that was given up does not
 * count, though its connection still stands. */
static void test_lease_ends_before_its_connection(void **state)
{
	AUTO_X11 struct x11_server *a = NULL, *b = NULL;
	size_t others;

	(void)state;
	assert_ok(x11_server_open(x.display, NULL, &a, &e));
	assert_ok(x11_server_open(x.display, NULL, &b, &e));
	assert_ok(x11_server_lease(a, user, &e));
	assert_ok(x11_server_lease(b, user, &e));
	assert_ok(x11_server_leases(b, user, &others, &e));
	assert_int_equal(others, 1);
	assert_ok(x11_server_leases(b, "LOCAL:", &others, &e));
	assert_int_equal(others, 0);
	assert_ok(x11_server_unlease(a, &e));
	assert_ok(x11_server_leases(b, user, &others, &e));
	assert_int_equal(others, 0);
}

static void test_entry_of_the_user_stays(void **state)
{
	struct x11_admission *g;

	(void)state;
	user_changes(x.display, true, user);
	assert_ok(x11_admit_host(x.display, user, &g, &e));
	assert_int_equal(marks(x.display), 0);
	x11_admission_end(g);
	assert_int_equal(count(x.display, user), 1);
	kill_holder(x.display, user);
	assert_int_equal(x11_sweep(x.display, &e), 0);
	assert_int_equal(count(x.display, user), 1);
	user_changes(x.display, false, user);
}

static void test_entry_removed_by_the_user_meanwhile(void **state)
{
	struct x11_admission *g;

	(void)state;
	assert_ok(x11_admit_host(x.display, user, &g, &e));
	user_changes(x.display, false, user);
	x11_admission_end(g);
	assert_int_equal(count(x.display, user), 0);
	assert_int_equal(marks(x.display), 0);
}

static void test_killed_holder_is_swept(void **state)
{
	(void)state;
	kill_holder(x.display, user);
	kill_holder(x.display, "LOCAL:");
	assert_int_equal(count(x.display, user), 1);
	assert_int_equal(x11_sweep(x.display, &e), 2);
	assert_int_equal(count(x.display, user), 0);
	assert_int_equal(marks(x.display), 0);
	assert_int_equal(x11_sweep(x.display, &e), 0);
}

static void test_killed_holder_is_adopted(void **state)
{
	struct x11_admission *g;

	(void)state;
	kill_holder(x.display, user);
	assert_ok(x11_admit_host(x.display, user, &g, &e));
	assert_int_equal(count(x.display, user), 1);
	x11_admission_end(g);
	assert_int_equal(count(x.display, user), 0);
	assert_int_equal(marks(x.display), 0);
}

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

static void test_bad_addresses(void **state)
{
	static const char *const bad[] = {"", "SI:", "SI::", "SI:localuser",
		"SI:localuser:", "SI::x", "local:", "INET:1.2.3.4", "SI:localuser:a b",
		"SI:localuser:a\n"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct x11_admission *g;

		assert_int_equal(x11_admit_host(x.display, bad[i], &g, &e), -1);
		assert_int_equal(e.code, EINVAL);
		assert_null(g);
	}
	x11_admission_end(NULL);
}

/* The server itself knows no such type of entry. */
static void test_refused_entry_leaves_nothing(void **state)
{
	AUTO_FREE char *before = hosts(x.display), *after = NULL;
	struct x11_admission *g;

	(void)state;
	assert_int_equal(x11_admit_host(x.display, "SI:nosuchtype:x", &g, &e), -1);
	after = hosts(x.display);
	assert_string_equal(before, after);
	assert_int_equal(marks(x.display), 0);
}

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

static void test_state(void **state)
{
	struct x11_admission *g;
	struct x11_state s;

	(void)state;
	assert_ok(x11_query(x.display, 4321, &s, &e));
	assert_true(s.control);
	assert_true(s.security);
	assert_false(s.local);
	assert_false(s.localuser);
	assert_ok(x11_admit_host(x.display, user, &g, &e));
	assert_ok(x11_query(x.display, 4321, &s, &e));
	assert_true(s.localuser);
	assert_ok(x11_query(x.display, 4322, &s, &e));
	assert_false(s.localuser);
	x11_admission_end(g);
	assert_ok(x11_admit_host(x.display, "SI:localuser:root", &g, &e));
	assert_ok(x11_query(x.display, 0, &s, &e));
	assert_true(s.localuser);
	assert_ok(x11_query(x.display, 4321, &s, &e));
	assert_false(s.localuser);
	x11_admission_end(g);
	assert_ok(x11_admit_host(x.display, "LOCAL:", &g, &e));
	assert_ok(x11_query(x.display, 4321, &s, &e));
	assert_true(s.local);
	x11_admission_end(g);
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

static int setup(void **state)
{
	(void)state;
	xvfb_start(&x, NULL);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	xvfb_stop(&x);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_state),
		cmocka_unit_test(test_entry_comes_and_goes),
		cmocka_unit_test(test_entry_admits_whom_it_names),
		cmocka_unit_test(test_last_of_two_removes),
		cmocka_unit_test(test_lease_ends_before_its_connection),
		cmocka_unit_test(test_entry_of_the_user_stays),
		cmocka_unit_test(test_entry_removed_by_the_user_meanwhile),
		cmocka_unit_test(test_killed_holder_is_swept),
		cmocka_unit_test(test_killed_holder_is_adopted),
		cmocka_unit_test(test_twenty_at_once),
		cmocka_unit_test(test_coming_and_going),
		cmocka_unit_test(test_bad_addresses),
		cmocka_unit_test(test_refused_entry_leaves_nothing),
		cmocka_unit_test(test_fresh_cookie_admits_until_the_end),
		cmocka_unit_test(test_fresh_cookie_of_a_killed_holder_expires),
		cmocka_unit_test(test_access_control_off_stays_off),
		cmocka_unit_test(test_server_dies),
		cmocka_unit_test(test_server_hangs),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
