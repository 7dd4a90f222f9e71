/* SPDX-License-Identifier: MIT */
/* The HTTP client: which connection a request takes, and what may come meanwhile. */
#include "canned.h"

#include "engine/http/http.h"

/* The next request's head, and its body where that has a length; false at the end. */
static bool read_request(int fd, char *head, size_t max)
{
	size_t n = 0;
	char *length;
	long left;

	while (n < max - 1 && read(fd, head + n, 1) == 1) {
		head[++n] = 0;
		if (n >= 4 && !memcmp(head + n - 4, "\r\n\r\n", 4))
			break;
	}
	length = n ? strcasestr(head, "content-length: ") : NULL;
	for (left = length ? atol(length + 16) : 0; left > 0; left--) {
		char c;

		if (read(fd, &c, 1) != 1)
			return false;
	}
	return n > 0;
}

static void say(int fd, const char *text)
{
	if (write(fd, text, strlen(text)) < 0)
		_exit(1);
}

static void say_number(int fd, int number)
{
	char text[80];
	int length = 1 + (number > 9);

	snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%d",
		length, number);
	say(fd, text);
}

/* Answers with the number of the connection. The path tells what happens besides. */
static void answer(int fd, int number)
{
	static char head[8192];

	while (read_request(fd, head, sizeof head)) {
		if (strstr(head, "/head")) {
			say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
		} else if (strstr(head, "/204")) {
			say(fd, "HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n");
		} else if (strstr(head, "/continue")) {
			say(fd, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\n");
			say(fd, "A: b\r\n\r\n");
			say_number(fd, number);
		} else if (strstr(head, "/chunks")) {
			say(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
			say(fd, "1;a=b\r\n4\r\n1\r\n2\r\n");
			say(fd, "0\r\nTrailer: x\r\n\r\n");
		} else if (strstr(head, "/early")) {
			char piece;

			if (recv(fd, &piece, 1, 0) == 1)
				say(fd, "HTTP/1.1 413 No\r\n\r\n"
					"{\"message\":\"too big\"}");
			return;
		} else if (strstr(head, "/once") && number == 1) {
			return; /* it was read, and what was done with it? */
		} else if (strstr(head, "/silence")) {
			pause();
		} else if (strstr(head, "/last")) {
			say(fd, "HTTP/1.1 200 OK\r\nConnection: Close\r\n"
				"Content-Length: 1\r\n\r\n0");
			return;
		} else {
			say_number(fd, number);
			if (strstr(head, "/closes"))
				return;
		}
	}
}

static void answer_all(int listener, const void *ctx)
{
	int fd, number = 0;

	(void)ctx;
	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		answer(fd, ++number);
		close(fd);
	}
}

static struct server start_server(void)
{
	return serve_by(answer_all, NULL);
}

struct client {
	struct server server;
	struct http *http;
};

static struct client start(void)
{
	struct client c = {.server = start_server()};

	c.http = http_new(c.server.url);
	return c;
}

static void end(struct client *c)
{
	http_free(c->http);
	serve_end(&c->server);
}

/* The number of the connection that answered; -1 with e set. */
static int ask(struct client *c, const char *method, const char *path, struct err *e)
{
	struct http_request r = {.method = method, .path = path, .timeout_ms = 20000};
	AUTO_REPLY struct reply reply = {0};

	if (http_do(c->http, &r, &reply, e) < 0)
		return -1;
	return reply.body.n ? atoi(reply.body.p) : 0;
}

static void test_one_connection(void **state)
{
	struct client c = start();
	struct err e = {0};

	(void)state;
	assert_int_equal(ask(&c, "GET", "/a", &e), 1);
	assert_int_equal(ask(&c, "POST", "/a", &e), 1);
	assert_int_equal(ask(&c, "HEAD", "/head", &e), 0);
	assert_int_equal(ask(&c, "GET", "/204", &e), 0);
	assert_int_equal(ask(&c, "GET", "/chunks", &e), 42);
	assert_int_equal(ask(&c, "GET", "/continue", &e), 1);
	assert_int_equal(ask(&c, "GET", "/last", &e), 0);
	assert_int_equal(ask(&c, "GET", "/a", &e), 2);
	end(&c);
}

/* The engine may close a connection that is kept. */
static void test_closed_meanwhile(void **state)
{
	struct client c = start();
	struct err e = {0};

	(void)state;
	for (int i = 1; i < 50; i++) {
		assert_int_equal(ask(&c, "GET", "/closes", &e), i);
		if (i % 2)
			usleep(2000);
	}
	for (int i = 50; i < 100; i++)
		assert_int_equal(ask(&c, "POST", "/closes", &e), i);
	end(&c);
}

/* What was read and not answered is asked again only where that does no harm. */
static void test_repeated(void **state)
{
	struct client c = start(), d = start();
	struct err e = {0};

	(void)state;
	assert_int_equal(ask(&c, "GET", "/a", &e), 1);
	assert_int_equal(ask(&c, "GET", "/once", &e), 2);
	assert_int_equal(ask(&d, "GET", "/a", &e), 1);
	assert_int_equal(ask(&d, "POST", "/once", &e), -1);
	assert_has(e.msg, "before it answered");
	assert_int_equal(ask(&d, "POST", "/once", &e), 2);
	end(&c);
	end(&d);
}

static ssize_t endless(void *ctx, char *to, size_t n)
{
	size_t *made = ctx;

	memset(to, 'x', n);
	*made += n;
	return (ssize_t)n;
}

/* A build that is refused: the words come while the context is on its way. */
static void test_early_reply(void **state)
{
	struct client c = start();
	size_t made = 0;
	struct http_request r = {
		.method = "POST", .path = "/early", .read = endless, .read_ctx = &made};
	AUTO_REPLY struct reply reply = {0};
	struct err e = {0};

	(void)state;
	assert_ok(http_do(c.http, &r, &reply, &e));
	assert_int_equal(reply.status, 413);
	assert_string_equal(buf_str(&reply.body), "{\"message\":\"too big\"}");
	assert_true(made > 0);
	assert_int_equal(ask(&c, "GET", "/a", &e), 2);
	end(&c);
}

static void test_patience(void **state)
{
	struct client c = start();
	int cancel = 1;
	struct http_request r = {.method = "GET", .path = "/silence", .timeout_ms = 50};
	AUTO_REPLY struct reply reply = {0};
	struct err e = {0};

	(void)state;
	assert_int_equal(http_do(c.http, &r, &reply, &e), -1);
	assert_int_equal(e.code, ETIMEDOUT);
	r.timeout_ms = 0;
	r.cancel = &cancel;
	assert_int_equal(http_do(c.http, &r, &reply, &e), -1);
	assert_int_equal(e.code, ERR_INTERRUPTED);
	end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_connection),
		cmocka_unit_test(test_closed_meanwhile),
		cmocka_unit_test(test_repeated),
		cmocka_unit_test(test_early_reply),
		cmocka_unit_test(test_patience),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
