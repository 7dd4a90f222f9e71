/* SPDX-License-Identifier: MIT */
/* Streams that break, and what a program started meanwhile inherits of them. */
#include "canned.h"

#include <fcntl.h>
#include <poll.h>

#include "engine/http/call.h"

#define OK_HEAD "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

static struct engine *open_at(const struct server *s)
{
	struct engine *g = NULL;
	struct err e = {0};

	assert_ok(engine_open(s->url, &g, &e));
	return g;
}

/* What the stream of an attach or a wait can be instead of one. */
static void test_broken_streams(void **state)
{
	static const struct canned table[] = {{"/_ping", PING_1_41, 0},
		{"/containers/none/", NULL, 0},
		{"/containers/long/", "HTTP/1.1 200 OK\r\nX: ", 200},
		{"/containers/text/", "hello\r\n\r\n", 0},
		{"/containers/gone/",
			"HTTP/1.1 404 No\r\n\r\n"
			"{\"message\":\"No such thing\"} ",
			0},
		{"/containers/frame/attach",
			"HTTP/1.1 101 UPGRADED\r\n\r\nError: something", 0},
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
	static const struct {
		const char *id, *want;
	} attach[] = {{"none", "before it answered"}, {"long", "endless head"},
		{"text", "unreadable"}, {"gone", "No such thing"}},
	  waits[] = {{"half", "in the middle"}, {"bad", "no exit status"},
		  {"err", "it broke"}};
	struct server s = serve(table);
	struct engine *g = open_at(&s);
	struct err e = {0};
	int status = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(attach); i++) {
		struct stream *st = NULL;

		assert_int_equal(container_attach(g, attach[i].id, false, true, false,
					 NULL, &st, &e),
			-1);
		assert_has(e.msg, attach[i].want);
	}
	for (int i = 0; i < 2; i++) {
		AUTO_STREAM struct stream *st = NULL;
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
	for (size_t i = 0; i <= COUNT_OF(waits); i++) {
		bool last = i == COUNT_OF(waits);
		struct container_wait *w = NULL;
		int rc;

		assert_ok(container_wait_begin(g, last ? "good" : waits[i].id, &w, &e));
		while ((rc = container_wait_poll(w, &status, &e)) == 0) {
			struct pollfd p = {.fd = container_wait_fd(w), .events = POLLIN};

			poll(&p, 1, -1);
		}
		assert_int_equal(rc, last ? 1 : -1);
		if (!last)
			assert_has(e.msg, waits[i].want);
		container_wait_free(w);
	}
	assert_int_equal(status, 42);
	{
		struct container_wait *w = NULL; /* without a place for the reason */
		int rc;

		assert_ok(container_wait_begin(g, "err", &w, &e));
		while ((rc = container_wait_poll(w, &status, NULL)) == 0)
			;
		assert_int_equal(rc, -1);
		container_wait_free(w);
	}
	engine_close(g);
	serve_end(&s);
}

/* Programs that are run meanwhile (credential helpers) get no descriptor of it. */
static void test_nothing_is_inherited(void **state)
{
	const struct canned table[] = {{"/_ping", PING_1_41, 0},
		{"/attach", "HTTP/1.1 101 UPGRADED\r\n\r\n", 0}, {0}};
	struct server s = serve(table);
	int before = dup(0), sockets = 0; /* before: the lowest that is free */
	struct engine *g = open_at(&s);
	struct stream *st = NULL;
	struct err e = {0};

	(void)state;
	assert_ok(container_attach(g, "x", true, true, false, NULL, &st, &e));
	for (int fd = before + 1; fd < before + 20; fd++) {
		struct sockaddr_un peer = {0};
		socklen_t n = sizeof peer;

		if (getpeername(fd, (struct sockaddr *)&peer, &n) < 0 || !*peer.sun_path)
			continue;
		sockets++;
		assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	}
	assert_true(sockets >= 1);
	stream_free(st);
	engine_close(g);
	serve_end(&s);
	close(before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_broken_streams),
		cmocka_unit_test(test_nothing_is_inherited),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
