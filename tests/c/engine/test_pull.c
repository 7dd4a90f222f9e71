/* SPDX-License-Identifier: MIT */
/* Pulls from a real registry with basic authentication (Debian's docker-registry). */
#include "build_test.h"
#include "real.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/prctl.h>
#include <time.h>

#include "engine/registry/image_ref.h"

static struct {
	pid_t pid;
	char *dir, *ref;
	int port;
} registry;

static int free_port(void)
{
	struct sockaddr_in a = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&a, n), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
	close(fd);
	return ntohs(a.sin_port);
}

static void start_registry(void)
{
	AUTO_FREE char *config = NULL, *file = NULL;

	registry.dir = scratch_make();
	registry.port = free_port();
	config = xasprintf("version: 0.1\nlog: {level: error}\nstorage: {filesystem: "
			   "{rootdirectory: %s/data}}\nhttp: {addr: '127.0.0.1:%d'}\n"
			   "auth: {htpasswd: {realm: r, path: %s/htpasswd}}\n",
		registry.dir, registry.port, registry.dir);
	put(registry.dir, "config.yml", config);
	shell("htpasswd -nbB me pw > %s/htpasswd", registry.dir);
	file = xasprintf("%s/config.yml", registry.dir);
	registry.pid = fork();
	if (!registry.pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (!freopen("/dev/null", "w", stderr) ||
			!freopen("/dev/null", "w", stdout))
			_exit(1);
		execlp("docker-registry", "docker-registry", "serve", file, (char *)NULL);
		_exit(127);
	}
	for (int i = 0; i < 600; i++) {
		struct sockaddr_in a = {.sin_family = AF_INET,
			.sin_port = htons((uint16_t)registry.port),
			.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		int rc = connect(fd, (struct sockaddr *)&a, sizeof a);

		close(fd);
		if (!rc)
			return;
		nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
	}
	fail_msg("the registry does not start");
}

static int set_up(void **state)
{
	AUTO_FREE char *config = NULL;

	open_engine(state);
	start_registry();
	registry.ref = xasprintf("127.0.0.1:%d/a/busybox:7", registry.port);
	/* "bWU6cHc=" is me:pw */
	config = xasprintf(
		"{\"auths\":{\"127.0.0.1:%d\":{\"auth\":\"bWU6cHc=\"}}}", registry.port);
	put(registry.dir, "docker/config.json", config);
	put(registry.dir, "none/config.json", "{}");
	shell("cd %s && export DOCKER_CONFIG=$PWD/docker && docker tag busybox %s && "
	      "docker push -q %s >/dev/null && docker rmi %s >/dev/null",
		registry.dir, registry.ref, registry.ref, registry.ref);
	return 0;
}

static int tear_down(void **state)
{
	kill(registry.pid, SIGKILL);
	waitpid(registry.pid, NULL, 0);
	scratch_end(registry.dir);
	free(registry.ref);
	return close_engine(state);
}

static void use_config(const char *name)
{
	AUTO_FREE char *path = xasprintf("%s/%s", registry.dir, name);

	setenv("DOCKER_CONFIG", path, 1);
}

static void count(void *ctx, const struct progress *p)
{
	if (p->kind == PROGRESS_STATUS)
		++*(int *)ctx;
}

static void test_pull(void **state)
{
	int events = 0;
	const struct progress_sink sink = {count, &events};
	struct err e = {0};
	bool found = false;

	(void)state;
	use_config("docker");
	assert_ok(image_pull(engine, registry.ref, NULL, true, &sink, &e));
	assert_true(events > 0);
	assert_ok(image_inspect(engine, registry.ref, NULL, &found, &e));
	assert_true(found);
	assert_ok(image_remove(engine, registry.ref, &e));
}

static void test_refusals(void **state)
{
	AUTO_FREE char *none = NULL;
	struct err e = {0};

	(void)state;
	use_config("none");
	assert_int_equal(image_pull(engine, registry.ref, NULL, true, NULL, &e), -1);
	assert_has(e.msg, "wants a login");
	use_config("docker");
	none = xasprintf("%snone", registry.ref);
	assert_int_equal(image_pull(engine, none, NULL, true, NULL, &e), -1);
	assert_has(e.msg, "no such tag");
}

/* The builders get no credentials: we pull first. */
static void test_private_base(void **state)
{
	struct err e = {0};

	(void)state;
	use_config("docker");
	for (int classic = 0; classic < 2; classic++) {
		AUTO_FREE char *dir = xasprintf("%s/ctx", registry.dir);
		AUTO_FREE char *text =
			xasprintf("FROM %s\nLABEL x=%d\n", registry.ref, classic);
		AUTO_FREE char *id = NULL;
		struct plan_build b = {
			.context = dir, .tag = (char[]){"engine-test-private"}};

		put(dir, "Dockerfile", text);
		setenv("DOCKER_BUILDKIT", classic ? "0" : "1", 1);
		assert_ok(build_on(engine, &b, true, NULL, NULL, &id, &e));
		assert_ok(image_remove(engine, "engine-test-private", &e));
		image_remove(engine, registry.ref, &e);
	}
}

static void test_references(void **state)
{
	static const char *const cases[][3] = {{"a", "a", "latest"}, {"a:1", "a", "1"},
		{"h:5/a", "h:5/a", "latest"}, {"h:5/a/b:1", "h:5/a/b", "1"},
		{"a@sha256:0", "a", "sha256:0"},
		{"h:5/a:1@sha256:0", "h:5/a", "sha256:0"},
		{"h:5/a@sha256:0", "h:5/a", "sha256:0"}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		AUTO_FREE char *repository = NULL, *tag = NULL;

		image_split_ref(cases[i][0], &repository, &tag);
		assert_string_equal(repository, cases[i][1]);
		assert_string_equal(tag, cases[i][2]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_pull),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_private_base),
	};

	need_engine();
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
