/* SPDX-License-Identifier: MIT */
/* Which engine it is, what it can and what it tells of itself: from a canned server. */
#include "canned.h"

static char *cache;

static struct engine *open_at(const struct server *s)
{
	struct engine *g = NULL;
	struct err e = {0};

	assert_ok(engine_open(s->url, &g, &e));
	return g;
}

#define PODMAN_PING                                                                      \
	"HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nServer: Libpod/4.3.1 (linux)\r\n"       \
	"Content-Length: 0\r\n\r\n"

static void test_podman_is_known(void **state)
{
	const struct canned table[] = {{"/_ping", PODMAN_PING, 0},
		{"/kill",
			"HTTP/1.1 500 No\r\n\r\n"
			"{\"message\":\"can only kill running containers. x is not\"} ",
			0},
		{0}};
	struct server s = serve(table);
	struct engine *g = open_at(&s);
	struct err e = {0};

	(void)state;
	assert_string_equal(engine_info(g)->name, "podman");
	assert_int_equal(engine_info(g)->can,
		CAN_ATTACH | CAN_EXEC | CAN_BUILD | CAN_PUT | CAN_SAME_HOST);
	assert_int_equal(container_kill(g, "x", "TERM", &e), -1);
	assert_int_equal(e.code, 409);
	engine_close(g);
	serve_end(&s);
}

/* An old one has no builder but the classic, or is no Linux: the header tells. */
static void test_docker_abilities(void **state)
{
	static const struct {
		const char *version, *head;
		unsigned buildkit, size;
	} cases[] = {{"1.41", "", CAN_BUILDKIT, 0},
		{"1.42", "", CAN_BUILDKIT, CAN_CONSOLE_SIZE},
		{"1.44", "OSType: windows\r\n", 0, CAN_CONSOLE_SIZE},
		{"1.44", "OSType: windows\r\nBuilder-Version: 2\r\n", CAN_BUILDKIT,
			CAN_CONSOLE_SIZE}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		AUTO_FREE char *ping = xasprintf(
			"HTTP/1.1 200 OK\r\nApi-Version: %s\r\nServer: Docker/28\r\n%s"
			"Content-Length: 0\r\n\r\n",
			cases[i].version, cases[i].head);
		const struct canned table[] = {{"/_ping", ping, 0}, {0}};
		struct server s = serve(table);
		struct engine *g = open_at(&s);

		assert_string_equal(engine_info(g)->name, "docker");
		assert_int_equal(engine_info(g)->can & CAN_BUILDKIT, cases[i].buildkit);
		assert_int_equal(engine_info(g)->can & CAN_CONSOLE_SIZE, cases[i].size);
		engine_close(g);
		serve_end(&s);
	}
}

/* Asks twice: the second answer comes from the cache. */
static struct engine_facts facts_of(const char *ping, const char *info)
{
	AUTO_FREE char *reply = xasprintf("HTTP/1.1 200 OK\r\n\r\n%s", info);
	const struct canned table[] = {{"/_ping", ping, 0}, {"/info", reply, 0}, {0}};
	struct server s = serve(table);
	struct engine_facts first = {0};
	const struct engine_facts *f;
	struct err e = {0};

	for (int i = 0; i < 2; i++) {
		struct engine *g = open_at(&s);

		assert_ok(engine_facts(g, &f, &e));
		assert_string_equal(f->socket, s.url + strlen("unix://"));
		if (i) {
			assert_int_equal(f->users, first.users);
			assert_int_equal(f->cdi, first.cdi);
		}
		first = *f;
		engine_close(g);
	}
	serve_end(&s);
	return first;
}

static void test_facts(void **state)
{
	struct engine_facts f;

	(void)state;
	f = facts_of(PING_1_41, "{\"ServerVersion\":\"20.10.24\"}");
	assert_int_equal(f.users, USERS_SAME);
	assert_false(f.cdi || f.cdi_only || f.nvidia || f.no_gpus);
	f = facts_of(PING_1_41, "{\"SecurityOptions\":[\"name=seccomp\",\"name=userns\"],"
				"\"Runtimes\":{\"nvidia\":{}}}");
	assert_int_equal(f.users, USERS_SHIFTED);
	assert_true(f.nvidia);
	f = facts_of(PING_1_41, "{\"SecurityOptions\":[\"name=rootless\"],"
				"\"CDISpecDirs\":[\"/etc/cdi\"]}");
	assert_int_equal(f.users, USERS_ROOT_IS_YOU);
	assert_true(f.cdi && !f.cdi_only);
	f = facts_of(PODMAN_PING, "{\"ServerVersion\":\"4.3.1\",\"Rootless\":false}");
	assert_int_equal(f.users, USERS_SAME);
	assert_true(f.cdi_only && !f.cdi && f.no_gpus);
	/* 4.3 says it in a field of its own only */
	f = facts_of(PODMAN_PING, "{\"ServerVersion\":\"4.3.1\",\"Rootless\":true,"
				  "\"SecurityOptions\":[\"name=seccomp\"]}");
	assert_int_equal(f.users, USERS_KEEP_ID);
	f = facts_of(PODMAN_PING, "{\"ServerVersion\":\"5.4.2\","
				  "\"SecurityOptions\":[\"name=rootless\"]}");
	assert_int_equal(f.users, USERS_KEEP_ID);
	assert_true(f.cdi_only && f.cdi && !f.no_gpus);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_podman_is_known),
		cmocka_unit_test(test_docker_abilities),
		cmocka_unit_test(test_facts),
	};
	int failed;

	mem_init();
	cache = scratch_make();
	setenv("XDG_CACHE_HOME", cache, 1);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	scratch_end(cache);
	return failed;
}
