/* SPDX-License-Identifier: MIT */
/* Entries of the host list that come and go with their holders. */
#include "admission.h"

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
		cmocka_unit_test(test_bad_addresses),
		cmocka_unit_test(test_refused_entry_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
