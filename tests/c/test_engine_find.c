/* SPDX-License-Identifier: MIT */
#include "engine_test.h"

static char *dir;

static int set_up(void **state)
{
	(void)state;
	dir = scratch();
	unsetenv("DOCKER_HOST");
	unsetenv("DOCKER_CONTEXT");
	setenv("DOCKER_CONFIG", dir, 1);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scratch_end(dir);
	return 0;
}

static void check(const char *host, const char *context, const char *want)
{
	char *url = NULL;
	struct err e = {0};

	assert_good(engine_find(host, context, &url, &e), &e);
	assert_string_equal(url, want);
	free(url);
}

static void check_error(const char *host, const char *context, const char *want)
{
	char *url = NULL;
	struct err e = {0};

	assert_int_equal(engine_find(host, context, &url, &e), -1);
	assert_has(e.msg, want);
	assert_null(url);
}

/* printf one | sha256sum */
#define META_ONE                                                                         \
	"contexts/meta/"                                                                 \
	"7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed/"              \
	"meta.json"

static void put_context(const char *host)
{
	AUTO_FREE char *text = xasprintf(
		"{\"Name\":\"one\",\"Endpoints\":{\"docker\":{\"Host\":\"%s\"}}}", host);

	put(dir, META_ONE, text);
}

static void test_order(void **state)
{
	(void)state;
	put_context("unix:///context");
	put(dir, "config.json", "{\"currentContext\":\"one\"}");
	check(NULL, NULL, "unix:///context");
	put(dir, "config.json", "{}");
	setenv("DOCKER_CONTEXT", "one", 1);
	check(NULL, NULL, "unix:///context");
	setenv("DOCKER_HOST", "unix:///env", 1);
	check(NULL, NULL, "unix:///env");
	check("unix:///option", NULL, "unix:///option");
	check("unix:///option", "one", "unix:///context");
	check(NULL, "default", "unix:///env");
	check("/plain/path", NULL, "unix:///plain/path");
}

static void test_usual_sockets(void **state)
{
	AUTO_FREE char *want = xasprintf("unix://%s/podman/podman.sock", dir);

	(void)state;
	if (!access("/var/run/docker.sock", W_OK))
		skip();
	setenv("XDG_RUNTIME_DIR", dir, 1);
	put(dir, "podman/podman.sock", "");
	check(NULL, NULL, want);
	check(NULL, "default", want);
	shell("rm -r %s/podman", dir);
	if (access("/run/podman/podman.sock", F_OK))
		check(NULL, NULL, "unix:///var/run/docker.sock");
}

static void test_errors(void **state)
{
	(void)state;
	check_error("tcp://1.2.3.4:2375", NULL, "unix sockets only");
	check_error("ssh://me@there", NULL, "unix sockets only");
	check_error("unix://relative", NULL, "unix sockets only");
	check_error(NULL, "nosuch", "there is no docker context \"nosuch\"");
	put_context("ssh://there");
	check_error(NULL, "one",
		"docker context \"one\": cannot use the engine at ssh://there");
	put(dir, META_ONE, "{\"Endpoints\":{}}");
	check_error(NULL, "one", "names no docker host");
	put(dir, META_ONE, "{");
	check_error(NULL, "one", "not JSON");
	put(dir, "config.json", "[1,2");
	check(NULL, "default", "unix:///var/run/docker.sock");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_usual_sockets, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_errors, set_up, tear_down),
	};

	unsetenv("XDG_RUNTIME_DIR");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
