/* SPDX-License-Identifier: MIT */
/* A host that is told nonsense, by a process that is no Lua at all. */
#include "profile_fixture.h"

#include <sys/socket.h>

#include "profile/host.h"

static const struct profile_limits limits = {.seconds = 1, .memory = (size_t)64 << 20};

/* A child that says text, raw, and then waits for its end. */
static void start_liar(
	struct profile *p, struct profile_source *src, const char *text, size_t n)
{
	int pair[2];

	*p = (struct profile){.src = src, .limits = limits, .phase.left = 1};
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	p->fd = pair[0];
	p->pid = fork();
	assert_true(p->pid >= 0);
	if (!p->pid) {
		close(pair[0]);
		while (n) {
			ssize_t k = write(pair[1], text, n);

			if (k <= 0)
				_exit(0);
			text += k;
			n -= (size_t)k;
		}
		for (;;)
			pause();
	}
	close(pair[1]);
}

static void check_liar(const char *text, size_t n, const char *line)
{
	struct profile_source src = {.shown = (char[]){"x.lua"}};
	struct profile p;
	cJSON *m = NULL;
	struct err e = {0};

	start_liar(&p, &src, text, n);
	assert_int_equal(link_read(&p, &m, &e), -1);
	assert_null(m);
	assert_has(e.msg, line);
	assert_int_equal(p.pid, 0);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	buf_free(&p.in);
}

static void nonsense_is_refused(void **state)
{
	static const char *const lines[] = {"\n", "hello\n", "[1]\n", "{}\n",
		"{\"op\":5}\n", "{\"op\":\"x\"\n", "{\"op\":\"\xff", "\"op\"\n",
		"null\n"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		size_t n = strlen(lines[i]);

		if (lines[i][n - 1] == '\n')
			check_liar(lines[i], n,
				"x.lua: sent something that is not a message");
		else
			check_liar(lines[i], n, "x.lua: computed longer than 1 s");
	}
}

static void endless_messages_are_refused(void **state)
{
	size_t n = (size_t)9 << 20;
	char *text = xmalloc(n);

	(void)state;
	memset(text, '[', n);
	check_liar(text, n, "x.lua: sent a message larger than 8 MiB");
	text[100000] = '\n'; /* nests deeper than any parser should follow */
	check_liar(text, 100001, "x.lua: sent something that is not a message");
	free(text);
}

/* It never reads, so the answer cannot be written; its clock runs meanwhile. */
static void one_that_does_not_listen_is_ended(void **state)
{
	struct profile_source src = {.shown = (char[]){"x.lua"}};
	struct profile p;
	struct err e = {0};
	AUTO_FREE char *large = xcalloc(1, (size_t)4 << 20);
	AUTO_JSON cJSON *answer = NULL, *m = NULL;

	(void)state;
	memset(large, 'x', ((size_t)4 << 20) - 1);
	answer = cJSON_CreateString(large);
	start_liar(&p, &src, "{\"op\":\"x\"}\n", 11);
	assert_int_equal(link_read(&p, &m, &e), 0);
	assert_int_equal(link_reply(&p, answer, NULL, &e), -1);
	assert_string_equal(e.msg, "x.lua: computed longer than 1 s");
	buf_free(&p.in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(endless_messages_are_refused),
		cmocka_unit_test(one_that_does_not_listen_is_ended),
	};

	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
