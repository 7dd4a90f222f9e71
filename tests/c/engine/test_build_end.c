/* SPDX-License-Identifier: MIT */
/* Builds that are cancelled or break off, and images from a tar. */
#include "build.h"

#include <time.h>

static volatile int cancel;

static void cancel_at_words(void *ctx, const struct progress *p)
{
	note(ctx, p);
	if (p->kind == PROGRESS_LOG)
		cancel = 1;
}

static void check_cancel(void)
{
	const struct progress_sink sink = {cancel_at_words, &seen};
	struct plan_build b = {.context = dir, .no_cache = true};
	char *id = NULL;
	struct err e = {0};
	time_t begin = time(NULL);

	cancel = 0;
	seen.n = 0;
	put(dir, "Dockerfile", "FROM busybox\nRUN echo begun; sleep 300\n");
	assert_int_equal(build_on(engine, &b, false, &sink, &cancel, &id, &e), -1);
	assert_int_equal(e.code, ERR_INTERRUPTED);
	assert_has(seen.p, "begun");
	assert_true(time(NULL) - begin < 100);
	/* and the connection can be used again */
	assert_ok(engine_call(engine, "GET", "/version", NULL, NULL, &e));
}

static void test_cancel(void **state)
{
	(void)state;
	check_cancel();
	setenv("DOCKER_BUILDKIT", "0", 1);
	check_cancel();
}

/* The context's own errors come out, not the transfer's. */
static void test_broken_context(void **state)
{
	struct plan_build b = {.context = dir};
	char *id = NULL;
	struct err e = {0};
	int status;
	pid_t pid;

	(void)state;
	put(dir, "Dockerfile", "FROM busybox\n");
	put(dir, "secret", "x");
	shell("chmod 755 %s && chmod 0 %s/secret && chmod 666 %s", dir, dir,
		engine_info(engine)->url + strlen("unix://"));
	pid = fork();
	if (!pid) {
		/* a user who may not read the file */
		struct engine *own = NULL;

		setenv("DOCKER_CONFIG", dir, 1); /* that user's, without any */
		if (engine_open(engine_info(engine)->url, &own, &e) < 0 ||
			(!getuid() && seteuid(65534)))
			_exit(2);
		if (build_on(own, &b, false, NULL, NULL, &id, &e) == 0)
			_exit(3);
		_exit(!strstr(e.msg, "secret of the build context: Permission denied"));
	}
	waitpid(pid, &status, 0);
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_import(void **state)
{
	AUTO_IMAGE struct image image = {0};
	AUTO_STRV struct strv changes = {0};
	const struct progress_sink sink = {note, &seen};
	AUTO_FREE char *id = NULL, *out = NULL;
	struct err e = {0};
	bool found = false;
	FILE *tar;

	(void)state;
	put(dir, "bin/file", "text");
	shell("cp /bin/busybox %s/bin/ && ln -s busybox %s/bin/sh && ln -s busybox "
	      "%s/bin/cat",
		dir, dir, dir);
	strv_add(&changes, "LABEL a=\"b c\"");
	strv_add(&changes, "CMD [\"sh\"]");
	tar = popen(out = xasprintf("tar -C %s -cf - .", dir), "r");
	assert_non_null(tar);
	assert_ok(image_import(
		engine, fileno(tar), "engine-test-import:3", &changes, &sink, &id, &e));
	pclose(tar);
	assert_has(seen.p, "UPLOAD");
	assert_ok(image_inspect(engine, "engine-test-import:3", &image, &found, &e));
	assert_string_equal(image.id, id);
	assert_string_equal(kvs_get(&image.labels, "a"), "b c");
	free(out);
	out = output_of("engine-test-import:3", "cat /bin/file");
	assert_string_equal(out, "text");
	assert_ok(image_remove(engine, "engine-test-import:3", &e));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_cancel),
		TEST(test_broken_context),
		TEST(test_import),
	};

	need_engine();
	return cmocka_run_group_tests(tests, open_engine, close_engine);
}
