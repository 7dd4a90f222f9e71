/* SPDX-License-Identifier: MIT */
/* Names that one process at a time holds, whoever asks. */
#include "test.h"

#include <signal.h>

#include "host/claim.h"

static char prefix[40]; /* of this run */

static char *name_of(const char *what)
{
	return xasprintf("%s%s", prefix, what);
}

static void one_holds_it(void **state)
{
	AUTO_FREE char *a = name_of("a");
	int fd = claim_take(a);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(claim_take(a), -1);
	assert_int_equal(errno, EADDRINUSE);
	close(fd);
	fd = claim_take(a);
	assert_true(fd >= 0);
	close(fd);
}

static void a_copy_holds_it_too(void **state)
{
	AUTO_FREE char *a = name_of("copy");
	int fd = claim_take(a), status, ends[2];
	char c;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		close(ends[1]);
		_exit((int)read(ends[0], &c, 1)); /* until it is killed */
	}
	close(fd);
	assert_int_equal(claim_take(a), -1);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	fd = claim_take(a);
	assert_true(fd >= 0);
	close(fd);
	close(ends[0]);
	close(ends[1]);
}

static void the_kernel_says_whose(void **state)
{
	AUTO_CLAIMS struct claims c = {0};
	AUTO_FREE char *b = name_of("b"), *a = name_of("a"), *none = name_of("none");
	int one = claim_take(b), two = claim_take(a);

	(void)state;
	assert_int_equal(claims_list(prefix, &c), 0);
	assert_int_equal(c.n, 2);
	assert_string_equal(c.v[0].name, a);
	assert_string_equal(c.v[1].name, b);
	assert_true(c.v[0].known);
	assert_int_equal(c.v[0].uid, geteuid());
	assert_ptr_equal(claims_find(&c, b), &c.v[1]);
	assert_null(claims_find(&c, none));
	claims_free(&c);
	close(one);
	close(two);
	assert_int_equal(claims_list(prefix, &c), 0);
	assert_int_equal(c.n, 0);
}

/* A dump of them all comes in several messages. */
static void among_many(void **state)
{
	AUTO_CLAIMS struct claims c = {0};
	int fds[300];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(fds); i++) {
		AUTO_FREE char *name = xasprintf("%smany/%03zu", prefix, i);

		fds[i] = claim_take(name);
		assert_true(fds[i] >= 0);
	}
	assert_int_equal(claims_list(prefix, &c), 0);
	assert_int_equal(c.n, COUNT_OF(fds));
	for (size_t i = 0; i < COUNT_OF(fds); i++)
		close(fds[i]);
}

static void names_that_are_none(void **state)
{
	char long_name[200];

	(void)state;
	memset(long_name, 'x', sizeof long_name);
	long_name[sizeof long_name - 1] = 0;
	assert_int_equal(claim_take(long_name), -1);
	assert_int_equal(errno, ENAMETOOLONG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_holds_it),
		cmocka_unit_test(a_copy_holds_it_too),
		cmocka_unit_test(the_kernel_says_whose),
		cmocka_unit_test(among_many),
		cmocka_unit_test(names_that_are_none),
	};

	mem_init();
	snprintf(prefix, sizeof prefix, "cnnrun/test/%d/", (int)getpid());
	return cmocka_run_group_tests(tests, NULL, NULL);
}
