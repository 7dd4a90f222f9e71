/* SPDX-License-Identifier: MIT */
/* Streams of attach and wait that are none, or break off: from a canned server. */
#include "canned.h"

#include <poll.h>

static struct engine *open_at(const struct server *s)
{
	struct engine *g = NULL;
	struct err e = {0};

	assert_ok(engine_open(s->url, &g, &e));
	return g;
}

#define OK_HEAD "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

/* What the stream of an attach or a wait can be instead of one. */
static const struct canned table[] = {{"/_ping", PING_1_41, 0},
	{"/containers/none/", NULL, 0},
	{"/containers/long/", "HTTP/1.1 200 OK\r\nX: ", 200},
	{"/containers/text/", "hello\r\n\r\n", 0},
	{"/containers/gone/",
		"HTTP/1.1 404 No\r\n\r\n"
		"{\"message\":\"No such thing\"} ",
		0},
	{"/containers/frame/attach", "HTTP/1.1 101 UPGRADED\r\n\r\nError: something", 0},
	{"/containers/cut/attach", "HTTP/1.1 101 UPGRADED\r\n\r\n\001\0\0\0", 0},
	{"/containers/half/wait",
		OK_HEAD "Transfer-Encoding: chunked\r\n\r\n"
			"5\r\n{\"Sta\r\n",
		0},
	{"/containers/bad/wait", OK_HEAD "Content-Length: 2\r\n\r\n{}", 0},
	{"/containers/err/wait",
		OK_HEAD "\r\n{\"Error\":{\"Message\":\"it broke\"},"
			"\"StatusCode\":0}",
		0},
	{"/containers/good/wait",
		OK_HEAD "Transfer-Encoding: chunked\r\n\r\n"
			"6\r\n{\"Stat\r\ne\r\nusCode\": 42}\r\n\r\n0\r\n\r\n",
		0},
	{0}};
static struct server server;
static struct engine *g;

static int begin(void **state)
{
	(void)state;
	server = serve(table);
	g = open_at(&server);
	return 0;
}

static int end(void **state)
{
	(void)state;
	engine_close(g);
	serve_end(&server);
	return 0;
}

static void test_no_stream(void **state)
{
	static const struct {
		const char *id, *want;
	} cases[] = {{"none", "before it answered"}, {"long", "endless head"},
		{"text", "unreadable"}, {"gone", "No such thing"}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct stream *st = NULL;
		struct err e = {0};

		assert_int_equal(container_attach(g, cases[i].id, false, true, false,
					 NULL, &st, &e),
			-1);
		assert_has(e.msg, cases[i].want);
	}
}

static void test_no_frames(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		AUTO_STREAM struct stream *st = NULL;
		struct err e = {0};
		struct iovec piece;
		int channel, k;

		assert_ok(container_attach(
			g, i ? "cut" : "frame", false, true, false, NULL, &st, &e));
		while ((k = stream_take(st, &piece, 1, &channel, &e)) == 0) {
			struct pollfd p = {.fd = stream_fd(st), .events = POLLIN};

			poll(&p, 1, -1);
		}
		assert_int_equal(k, -1);
		assert_true(e.code != 0 || i == 1);
	}
}

/* Until it is over: 1 with the status, or -1. e may be NULL. */
static int wait_for(const char *id, int *status, struct err *e)
{
	struct container_wait *w = NULL;
	int rc;

	assert_int_equal(container_wait_begin(g, id, &w, e), 0);
	while ((rc = container_wait_poll(w, status, e)) == 0) {
		struct pollfd p = {.fd = container_wait_fd(w), .events = POLLIN};

		poll(&p, 1, -1);
	}
	container_wait_free(w);
	return rc;
}

static void test_waits(void **state)
{
	static const struct {
		const char *id, *want;
	} cases[] = {{"half", "in the middle"}, {"bad", "no exit status"},
		{"err", "it broke"}};
	struct err e = {0};
	int status = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_int_equal(wait_for(cases[i].id, &status, &e), -1);
		assert_has(e.msg, cases[i].want);
	}
	assert_int_equal(wait_for("err", &status, NULL), -1);
	assert_int_equal(wait_for("good", &status, &e), 1);
	assert_int_equal(status, 42);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_no_stream, begin, end),
		cmocka_unit_test_setup_teardown(test_no_frames, begin, end),
		cmocka_unit_test_setup_teardown(test_waits, begin, end),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
