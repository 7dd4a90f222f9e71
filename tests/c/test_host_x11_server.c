/* SPDX-License-Identifier: MIT */
/* What is said with a server: entries as words, servers that are rude or not there. */
#include "test.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "host/x11/x11.h"
#include "host/x11/x11_access.h"

static char *scratch;
static struct err e;

static void test_host_entries(void **state)
{
	static const struct {
		struct x11_host host;
		const char *text;
	} cases[] = {
		{{X11_LOCAL, 0, {0}}, "LOCAL:"},
		{{X11_SERVER_INTERPRETED, 15, "localuser\0alice"}, "SI:localuser:alice"},
		{{X11_SERVER_INTERPRETED, 15, "localuser\0#1000"}, "SI:localuser:#1000"},
		{{X11_SERVER_INTERPRETED, 3, "abc"}, "SI:abc:"},
		{{X11_SERVER_INTERPRETED, 5, "a\0\033[m"}, "SI:a:\\u{1b}[m"},
		{{X11_INTERNET, 4, {10, 0, 0, 1}}, "INET:10.0.0.1"},
		{{X11_INTERNET6, 16, {[15] = 1}}, "INET6:::1"},
		{{X11_INTERNET, 2, {10, 255}}, "FAMILY0:0aff"},
		{{254, 0, {0}}, "FAMILY254:"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		AUTO_BUF struct buf b = {0};

		x11_host_text(&cases[i].host, &b);
		assert_string_equal(b.p, cases[i].text);
	}
}

static void test_nobody_there(void **state)
{
	struct x11_state s;

	(void)state;
	assert_int_equal(x11_query(":59000", 0, &s, &e), -1);
	assert_int_equal(e.code, ENOENT);
	assert_non_null(strstr(e.msg, "is the X server running"));
	assert_int_equal(x11_query("127.0.0.1:59000", 0, &s, &e), -1);
	assert_int_equal(e.code, ECONNREFUSED);
}

/* Says its piece to the first client and goes. */
static pid_t rude_server(const char *path, const void *says, size_t n)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pid_t pid;

	snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
	unlink(path);
	assert_int_equal(bind(fd, (const struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(listen(fd, 1), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		int client = accept(fd, NULL, NULL);

		if (write(client, says, n) != (ssize_t)n)
			_exit(1);
		shutdown(client, SHUT_WR);
		while (read(client, a.sun_path, sizeof a.sun_path) > 0)
			;
		_exit(0);
	}
	close(fd);
	return pid;
}

/* As long as it says, but its vendor's name is longer. */
static const char lying_welcome[8 + 4 * 32] = {
	[0] = 1, [2] = 11, [6] = 32, [24] = '\377', [25] = '\377', [28] = 1};

static void test_rude_servers(void **state)
{
	static const struct {
		const char *says;
		size_t n;
		int code;
		const char *message;
	} cases[] = {
		{"", 0, ECONNRESET, "does not answer"},
		{"\0\5\0\0", 4, ECONNRESET, "does not answer"},
		{"\0\0\0\0\0\0\0\0", 8, EACCES, "no reason given"},
		{"\0\4\0\0\0\0\1\0\033[m\n", 12, EACCES, "client: ?[m;"},
		{"\0\377\0\0\0\0\1\0cut", 11, EACCES, "client: cut;"},
		{"\2\0\0\0\0\0\0\0", 8, EACCES, "refuses"},
		/* Welcomes that end early, say nothing, or lie about their screens. */
		{"\1\0\13\0\0\0\377\0", 8, ECONNRESET, "does not answer"},
		{"\1\0\13\0\0\0\0\0", 8, EPROTO, "is no X server"},
		{lying_welcome, sizeof lying_welcome, EPROTO, "is no X server"},
	};
	AUTO_FREE char *path = xasprintf("%s/rude:0", scratch);

	(void)state;
	setenv("XAUTHORITY", "/nonexistent", 1);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		pid_t pid = rude_server(path, cases[i].says, cases[i].n);
		struct x11_state s;

		assert_int_equal(x11_query(path, 0, &s, &e), -1);
		waitpid(pid, NULL, 0);
		if (e.code != cases[i].code || !strstr(e.msg, cases[i].message))
			fail_msg("case %zu: code %d, %s", i, e.code, e.msg);
	}
}

/* Of two SIGPIPEs the one from inside is taken, the one from before stays. */
static int hush_in_child(bool pending)
{
	struct x11_hush h;
	sigset_t set;

	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	if (pending) {
		sigprocmask(SIG_BLOCK, &set, NULL);
		raise(SIGPIPE);
	}
	h = x11_hush_begin();
	raise(SIGPIPE);
	x11_hush_end(&h);
	sigpending(&set);
	return sigismember(&set, SIGPIPE) ? 1 : 0;
}

static void test_broken_pipe(void **state)
{
	(void)state;
	for (int pending = 0; pending < 2; pending++) {
		int status;
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0)
			_exit(hush_in_child(pending));
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), pending);
	}
}

static int setup(void **state)
{
	(void)state;
	scratch = scratch_make();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	scratch_end(scratch);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_host_entries),
		cmocka_unit_test(test_nobody_there),
		cmocka_unit_test(test_rude_servers),
		cmocka_unit_test(test_broken_pipe),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
