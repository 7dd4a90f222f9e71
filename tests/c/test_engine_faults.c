/* SPDX-License-Identifier: MIT */
/* Negotiation, and replies that are short, long, broken or none: from a canned server. */
#include "canned.h"

#include <fcntl.h>
#include <poll.h>

#include "engine/http/call.h"

static struct engine *open_at(const struct server *s)
{
	struct engine *g = NULL;
	struct err e = {0};

	assert_ok(engine_open(s->url, &g, &e));
	return g;
}

static void refused(const struct canned *table, const char *want)
{
	struct server s = serve(table);
	struct engine *g = NULL;
	struct err e = {0};

	assert_int_equal(engine_open(s.url, &g, &e), -1);
	assert_has(e.msg, want);
	serve_end(&s);
}

static void test_no_engine(void **state)
{
	struct engine *g = NULL;
	struct err e = {0};
	char *dir = scratch_make();
	AUTO_FREE char *path = xasprintf("unix://%s/s", dir);
	AUTO_BUF struct buf url = {0};

	(void)state;
	assert_int_equal(engine_open(path, &g, &e), -1);
	assert_int_equal(e.code, ENOENT);
	assert_has(e.msg, "no container engine answers at unix://");
	assert_has(e.msg, "sudo systemctl start docker");
	put(dir, "s", ""); /* no socket */
	assert_int_equal(engine_open(path, &g, &e), -1);
	assert_int_equal(e.code, ECONNREFUSED);
	assert_int_equal(
		engine_open("unix:///run/user/7/podman/podman.sock", &g, &e), -1);
	assert_has(e.msg, "systemctl --user start podman.socket");
	assert_int_equal(engine_open("tcp://127.0.0.1:1", &g, &e), -1);
	assert_has(e.msg, "no container engine answers at tcp://127.0.0.1:1");
	buf_adds(&url, "unix:///");
	for (int i = 0; i < 20; i++)
		buf_adds(&url, "0123456789");
	assert_int_equal(engine_open(url.p, &g, &e), -1);
	assert_has(e.msg, "too long");
	scratch_end(dir);
}

/* Root may open any socket, and so is another user here. */
static void test_no_permission(void **state)
{
	const struct canned table[] = {{"/_ping", PING_1_41, 0}, {0}};
	struct server s = serve(table);
	int status;
	pid_t pid;

	(void)state;
	shell("chmod 755 %s && chmod 0 %s/s", s.dir, s.dir);
	pid = fork();
	if (!pid) {
		struct engine *g = NULL;
		struct err e = {0};

		_exit((!getuid() && setuid(65534)) || engine_open(s.url, &g, &e) == 0 ||
			e.code != EACCES || !strstr(e.msg, "group docker"));
	}
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
	serve_end(&s);
}

static void test_negotiation(void **state)
{
	static const struct {
		const char *version;
		int minor;
	} cases[] = {{"1.41", 41}, {"1.44", 44}, {"1.51", 51}, {"1.54", 51}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		AUTO_FREE char *reply = xasprintf("HTTP/1.1 200 OK\r\nAPI-VERSION: %s\r\n"
						  "Content-Length: 0\r\n\r\n",
			cases[i].version);
		const struct canned table[] = {{"/_ping", reply, 0}, {0}};
		struct server s = serve(table);
		struct engine *g = open_at(&s);

		assert_int_equal(engine_info(g)->api_minor, cases[i].minor);
		engine_close(g);
		serve_end(&s);
	}
}

static void test_newer_minimum(void **state)
{
	const struct canned table[] = {
		{"/v1.51/_ping",
			"HTTP/1.1 400 Bad Request\r\n\r\n"
			"{\"message\":\"client version 1.51 is too old. "
			"Minimum supported API version is 1.52, upgrade\"} ",
			0},
		{"/_ping",
			"HTTP/1.1 200 OK\r\nApi-Version: 1.60\r\nContent-Length: "
			"0\r\n\r\n",
			0},
		{0}};
	struct server s = serve(table);
	struct engine *g = open_at(&s);

	(void)state;
	assert_int_equal(engine_info(g)->api_minor, 52);
	engine_close(g);
	serve_end(&s);
}

static void test_no_engine_at_all(void **state)
{
	(void)state;
	refused(
		(const struct canned[]){
			{"/_ping", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 0},
			{0}},
		"no container engine");
	refused((const struct canned[]){{"/_ping",
						"HTTP/1.1 200 OK\r\nApi-Version: "
						"1.40\r\nContent-Length: 0\r\n\r\n",
						0},
			{0}},
		"too old: it speaks API 1.40, 1.41 is needed");
	refused((const struct canned[]){{"/_ping",
						"HTTP/1.1 503 No\r\nContent-Length: "
						"17\r\n\r\n{\"message\":\"down\"}",
						0},
			{0}},
		"down");
	refused((const struct canned[]){{"/_ping", "SSH-2.0-OpenSSH\r\n", 0}, {0}},
		"engine at unix://");
	refused((const struct canned[]){{0}}, "lost the container engine");
}

#define OK_HEAD "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

static void test_broken_replies(void **state)
{
	static const struct canned table[] = {{"/_ping", PING_1_41, 0},
		{"/short", OK_HEAD "Content-Length: 100\r\n\r\n{\"a\":1", 0},
		{"/nojson", OK_HEAD "Content-Length: 9\r\n\r\n\033[2Jhello", 0},
		{"/chunks", OK_HEAD "Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n",
			0},
		{"/cut", OK_HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhel", 0},
		{"/none", NULL, 0}, {"/empty", OK_HEAD "Content-Length: 0\r\n\r\n", 0},
		{"/huge", OK_HEAD "Content-Length: 99000000\r\n\r\n", 90000},
		{"/endless", "HTTP/1.1 200 OK\r\nX: ", 90000},
		{"/error",
			"HTTP/1.1 500 No\r\n\r\n"
			"{\"message\":\"a\\u001b[31mb\\nc\\u0000d\"}",
			0},
		{"/mute", "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", 0},
		{"/text", "HTTP/1.1 403 No\r\nContent-Length: 6\r\n\r\nplain\n", 0},
		{"/moved",
			"HTTP/1.1 301 Moved\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n",
			0},
		{"/again", OK_HEAD "Content-Length: 2\r\n\r\n{}", 0}, {0}};
	static const struct {
		const char *path, *want;
		int code;
	} cases[] = {{"/short", "in the middle of a reply", ECONNRESET},
		{"/nojson", "unreadable reply", 0}, {"/chunks", "broken chunk", EPROTO},
		{"/cut", "in the middle of a reply", ECONNRESET},
		{"/none", "before it answered", ECONNRESET},
		{"/empty", "unreadable reply", 0}, {"/huge", "too long", EMSGSIZE},
		{"/endless", "engine at unix://", EPROTO}, {"/error", "a?[31mb c", 500},
		{"/mute", "HTTP 404 without a word", 404}, {"/text", "plain", 403},
		{"/moved", "HTTP 301", 301}};
	struct server s = serve(table);
	struct engine *g = open_at(&s);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		AUTO_JSON cJSON *j = NULL;
		struct err e = {0};

		if (engine_call(g, "GET", cases[i].path, NULL, &j, &e) == 0)
			fail_msg("%s succeeded", cases[i].path);
		assert_has(e.msg, cases[i].want);
		assert_int_equal(e.code, cases[i].code);
		for (const char *p = e.msg; *p; p++)
			assert_true((unsigned char)*p >= 32);
		assert_int_equal(
			engine_call(g, "GET", cases[i].path, NULL, &j, NULL), -1);
	}
	{
		AUTO_JSON cJSON *j = NULL;
		struct err e = {0};

		assert_ok(engine_call(g, "GET", "/again", NULL, &j, &e));
		assert_true(cJSON_IsObject(j));
	}
	engine_close(g);
	serve_end(&s);
}

/* http_proxy must not send local calls away. */
static void test_proxy_is_ignored(void **state)
{
	const struct canned table[] = {{"GET /_ping", PING_1_41, 0}, {0}};
	struct server s = serve(table);
	struct engine *g;

	(void)state;
	setenv("http_proxy", "http://127.0.0.1:9", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:9", 1);
	g = open_at(&s);
	unsetenv("http_proxy");
	unsetenv("ALL_PROXY");
	engine_close(g);
	serve_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_engine),
		cmocka_unit_test(test_no_permission),
		cmocka_unit_test(test_negotiation),
		cmocka_unit_test(test_newer_minimum),
		cmocka_unit_test(test_no_engine_at_all),
		cmocka_unit_test(test_broken_replies),
		cmocka_unit_test(test_proxy_is_ignored),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
