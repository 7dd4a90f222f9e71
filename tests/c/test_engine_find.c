/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "engine/container.h"
#include "engine/image.h"
#include "engine/wire/ways.h"

static char *dir;

static int set_up(void **state)
{
	(void)state;
	dir = scratch_make();
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

	assert_ok(engine_find(host, context, &url, &e));
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

/* No socket of this machine is looked for, nor are root's rights: sockets are there as
 * these say, words with a blank at each end. */
static const char *usable = "", *forbidden = "";

int access(const char *path, int mode)
{
	AUTO_FREE char *word = xasprintf(" %s ", path);

	if (strstr(usable, word) || (mode == F_OK && strstr(forbidden, word)))
		return 0;
	errno = strstr(forbidden, word) ? EACCES : ENOENT;
	return -1;
}

static void test_usual_sockets(void **state)
{
	static const struct {
		const char *usable, *forbidden, *want;
	} cases[] = {
		{"", "", "/var/run/docker.sock"},
		{" /x/docker.sock /x/podman/podman.sock /var/run/docker.sock ", "",
			"/var/run/docker.sock"},
		{" /x/podman/podman.sock /x/docker.sock ", "", "/x/docker.sock"},
		{" /run/podman/podman.sock /x/podman/podman.sock ", "",
			"/x/podman/podman.sock"},
		{" /run/podman/podman.sock ", " /var/run/docker.sock ",
			"/run/podman/podman.sock"},
		{"", " /run/podman/podman.sock ", "/run/podman/podman.sock"},
		{"", " /run/podman/podman.sock /var/run/docker.sock ",
			"/var/run/docker.sock"},
	};

	(void)state;
	setenv("XDG_RUNTIME_DIR", "/x", 1);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		AUTO_FREE char *want = xasprintf("unix://%s", cases[i].want);

		usable = cases[i].usable;
		forbidden = cases[i].forbidden;
		check(NULL, NULL, want);
		check(NULL, "default", want);
	}
	usable = " /x/docker.sock /run/podman/podman.sock ";
	unsetenv("XDG_RUNTIME_DIR");
	check(NULL, NULL, "unix:///run/podman/podman.sock");
	usable = forbidden = "";
}

/* A name of Podman's where docker has none, in both of its files. */
static void test_podman(void **state)
{
	(void)state;
	setenv("XDG_CONFIG_HOME", dir, 1);
	put(dir, "containers/containers.conf",
		"[engine]\nactive_service = \"old\"\n  [engine.service_destinations]\n"
		"  [engine.service_destinations.old]\n    uri = "
		"\"ssh://me@box:22/p.sock\"\n"
		"    identity = '/key'\n[engine.service_destinations.\"a b\"]\n"
		"uri=\"unix:///run/p.sock\" # here\n[network]\nuri = \"unix:///no\"\n");
	put(dir, "containers/podman-connections.json",
		"{\"Connection\":{\"Connections\":{\"new\":{\"URI\":\"ssh://new\"},"
		"\"one\":{\"URI\":\"ssh://podmans\"}}}}");
	check(NULL, "old", "ssh://me@box:22/p.sock");
	assert_string_equal(way_to("ssh://me@box:22/p.sock")->identity, "/key");
	check(NULL, "a b", "unix:///run/p.sock");
	check(NULL, "new", "ssh://new");
	put_context("ssh://dockers");
	check(NULL, "one", "ssh://dockers");
	setenv("CONTAINER_CONNECTION", "new", 1);
	check(NULL, NULL, "ssh://new");
	setenv("CONTAINER_HOST", "ssh://host", 1);
	check(NULL, NULL, "ssh://host");
	setenv("DOCKER_CONTEXT", "one", 1);
	check(NULL, NULL, "ssh://dockers");
	unsetenv("DOCKER_CONTEXT");
	unsetenv("CONTAINER_HOST");
	unsetenv("CONTAINER_CONNECTION");
	unsetenv("XDG_CONFIG_HOME");
}

/* Without TLS only where nobody listens, or where that is said. */
static void test_plain(void **state)
{
	(void)state;
	check("tcp://127.0.0.1:2375", NULL, "tcp://127.0.0.1:2375");
	assert_true(way_to("tcp://127.0.0.1:2375")->plain);
	check("tcp://box:2375", NULL, "tcp://box:2375");
	assert_false(way_to("tcp://box:2375")->plain);
	check("tcp://127.evil.example", NULL, "tcp://127.evil.example");
	assert_false(way_to("tcp://127.evil.example")->plain);
	setenv("DOCKER_TLS_VERIFY", "1", 1);
	check("tcp://127.0.0.2:2376", NULL, "tcp://127.0.0.2:2376");
	assert_false(way_to("tcp://127.0.0.2:2376")->plain);
	unsetenv("DOCKER_TLS_VERIFY");
}

static void test_errors(void **state)
{
	(void)state;
	check_error("unix://relative", NULL, "goes on with an absolute path");
	check_error("relative", NULL, "an engine's address is unix:///path/to/socket");
	check_error(NULL, "nosuch",
		"there is no docker context and no connection of Podman's called "
		"\"nosuch\"; docker context ls, podman system connection ls list them, a "
		"machine "
		"by ssh is ssh://nosuch");
	put_context("ssh://there:nowhere");
	check_error(NULL, "one", "docker context \"one\": the engine's address has no");
	put(dir, META_ONE,
		"{\"Endpoints\":{\"docker\":{\"Host\":\"tcp://box:2376\","
		"\"SkipTLSVerify\":true}}}");
	check_error(NULL, "one", "skips the check of the engine's certificate");
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
		cmocka_unit_test_setup_teardown(test_podman, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_plain, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_errors, set_up, tear_down),
	};

	unsetenv("XDG_RUNTIME_DIR");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
