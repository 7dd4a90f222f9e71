/* SPDX-License-Identifier: MIT */
/* Where engines are not alike: Podman's moments and tmpfs, what only some tell of. */
#include "canned.h"

#include "engine/docker/docker.h"
#include "engine/podman/podman.h"

#define HEAD "Server: Libpod/4.3.1 (linux)\r\nApi-Version: 1.41\r\n"

/* Says that there is no such container as often as *ctx tells, and then that there is. */
static void forgetful(int listener, const void *ctx)
{
	static const struct canned no[] = {
		{"/_ping", "HTTP/1.1 200 OK\r\n" HEAD "Content-Length: 0\r\n\r\n", 0},
		{"/json",
			"HTTP/1.1 404 No\r\n" HEAD "Content-Length: 17\r\n\r\n"
			"{\"message\":\"none\"}",
			0},
		{0}};
	static const struct canned yes[] = {no[0],
		{"/json",
			"HTTP/1.1 200 OK\r\n" HEAD "Content-Length: 10\r\n\r\n"
			"{\"Id\":\"x\"}",
			0},
		{0}};

	for (int n = 0; n < 1 + *(const int *)ctx; n++)
		serve_one(accept(listener, NULL, NULL), no);
	for (;;)
		serve_one(accept(listener, NULL, NULL), yes);
}

static void test_moments(void **state)
{
	(void)state;
	for (int times = 0; times < 3; times++) {
		struct server s = serve_by(forgetful, &times);
		AUTO_STATE struct container_state c = {0};
		struct engine *g = NULL;
		struct err e = {0};
		bool found = false;

		assert_ok(engine_open(s.url, &g, &e));
		assert_ok(container_inspect(g, "x", &c, &found, &e));
		assert_int_equal(found, times < 2);
		engine_close(g);
		serve_end(&s);
	}
}

/* Cannot remove what stops just now, and then can. */
static void stopping(int listener, const void *ctx)
{
	static const struct canned no[] = {
		{"/_ping", "HTTP/1.1 200 OK\r\n" HEAD "Content-Length: 0\r\n\r\n", 0},
		{"/containers/x",
			"HTTP/1.1 500 No\r\n" HEAD "Content-Length: 69\r\n\r\n"
			"{\"message\":\"sending SIGKILL to x: container state "
			"improper: stopped\"}",
			0},
		{0}};
	static const struct canned yes[] = {
		{"/containers/x", "HTTP/1.1 204 Gone\r\n" HEAD "\r\n", 0}, {0}};

	(void)ctx;
	for (int n = 0; n < 2; n++)
		serve_one(accept(listener, NULL, NULL), no);
	serve_one(accept(listener, NULL, NULL), yes);
}

static void test_removed_as_it_stops(void **state)
{
	struct server s = serve_by(stopping, NULL);
	struct engine *g = NULL;
	struct err e = {0};

	(void)state;
	assert_ok(engine_open(s.url, &g, &e));
	assert_ok(container_remove(g, "x", true, NULL, &e));
	engine_close(g);
	serve_end(&s);
}

/* Who the container starts as is the only owner that it knows. */
static void test_tmpfs(void **state)
{
	static const struct {
		int64_t uid;
		const char *want;
	} cases[] = {{7, "\"rw,mode=700,U,notmpcopyup\""},
		{-1, "\"rw,mode=700,notmpcopyup\""}, {9, "\"rw,mode=1707,notmpcopyup\""}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct resolved_mount m = {.type = MOUNT_TMPFS,
			.target = (char[]){"/t"},
			.mode = 0700,
			.uid = cases[i].uid,
			.gid = cases[i].uid};
		struct resolved s = {.mounts = &m,
			.n_mounts = 1,
			.has_user = true,
			.uid = 7,
			.gid = 7,
			.set.stop_timeout = -1};
		AUTO_JSON cJSON *j =
			podman_body(&(struct engine_info){.api_minor = 41}, &s);
		AUTO_FREE char *text = json_text(j, false);

		assert_has(text, cases[i].want);
	}
}

/* Of GPUs by CDI there are releases that tell nothing. */
static void test_found(void **state)
{
	static const struct {
		const char *info;
		enum engine_found found;
	} cases[] = {{"{}", FOUND_UNTOLD}, {"{\"DiscoveredDevices\":[]}", FOUND_NONE},
		{"{\"DiscoveredDevices\":[{\"Source\":\"cdi\",\"ID\":\"nvidia.com/"
		 "gpu=0\"}]}",
			FOUND_SOME},
		{"{\"DiscoveredDevices\":[{\"Source\":\"cdi\",\"ID\":\"a.b/c=0\"},7]}",
			FOUND_NONE}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct engine *g = engine_new(&docker_ops, "unix:///x");
		AUTO_JSON cJSON *info = cJSON_Parse(cases[i].info);

		docker_read_info(g, info);
		assert_int_equal(g->facts.cdi_gpus, cases[i].found);
		engine_close(g);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_moments),
		cmocka_unit_test(test_removed_as_it_stops), cmocka_unit_test(test_tmpfs),
		cmocka_unit_test(test_found)};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
