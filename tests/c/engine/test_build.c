/* SPDX-License-Identifier: MIT */
/* Builds on a real engine, by both of its builders. */
#include "build.h"

#include <time.h>

#include "engine/http/call.h"

static void make_tree(void)
{
	AUTO_BUF struct buf deep = {0};

	for (int i = 0; i < 9; i++)
		buf_addf(&deep, "%040d/", i);
	buf_adds(&deep, "end");
	put(dir, deep.p, "deep");
	put(dir, "src/a.c", "a");
	put(dir, "src/a.o", "o");
	put(dir, "docs/keep.md", "k");
	put(dir, "docs/drop.md", "d");
	put(dir, "na\xc3\xafve name", "n");
	put(dir, "h1", "hard");
	put(dir, ".dockerignore", "**/*.o\ndocs/*\n!docs/keep.md\nDockerfile\n");
	put(dir, "Dockerfile", "FROM busybox\nCOPY . /ctx\nRUN rm -f /ctx/Dockerfile\n");
	shell("cd %s && mkdir empty && chmod 700 empty && ln -s a.c src/l && ln -s "
	      "/nowhere d && "
	      "ln h1 h2 && mkfifo fifo && chmod 4755 src/a.c && truncate -s 1M sparse",
		dir);
}

/* Nobody's credentials are needed for a base that is there. */
static void test_helper_is_left_alone(void **state)
{
	AUTO_FREE char *tag = xasprintf("engine-test-helper:%d", (int)getpid());
	AUTO_FREE char *id = NULL;
	struct plan_build b = {.context = dir, .tag = tag};
	struct err e = {0};

	(void)state;
	put(dir, "config/config.json", "{\"credsStore\":\"missing\"}");
	put(dir, "Dockerfile", "FROM busybox\nRUN true\n");
	put(dir, ".dockerignore", "config\n");
	for (int i = 0; i < 2; i++) {
		AUTO_FREE char *config = xasprintf("%s/config", dir);

		setenv("DOCKER_CONFIG", config, 1);
		setenv("DOCKER_BUILDKIT", i ? "1" : "0", 1);
		free(id);
		id = NULL;
		assert_ok(build(&b, NULL, &id, &e));
		b.pull = true;
		assert_int_equal(build(&b, NULL, &id, &e), -1);
		assert_has(e.msg, "docker-credential-missing");
		b.pull = false;
		unsetenv("DOCKER_CONFIG");
	}
	assert_ok(image_remove(engine, tag, &e));
}

/* What docker's own client has the same engine put into the image. Its classic builder
 * drops set-uid bits, BuildKit of 20.10 fifos: each compared where both keep them. */
static void test_same_as_docker(void **state)
{
	/* the size of a directory is its file system's business */
#define LIST                                                                             \
	"{ find . -type d -exec stat -c \"%n %f %u:%g\" {} +; "                          \
	"find . ! -type d -exec stat -c \"%n %f %s %u:%g %N\" {} +; } | sort; "          \
	"cat sparse h2 | md5sum"
	static const char all[] = "cd /ctx; " LIST,
			  some[] = "cd /ctx; chmod 755 src/a.c; rm -f fifo; " LIST;
	struct plan_build b = {.context = dir, .tag = (char[]){"engine-test-ours"}};
	AUTO_FREE char *theirs = NULL, *id = NULL, *id1 = NULL, *ours = NULL,
		       *classic = NULL;
	AUTO_FREE char *theirs_some = NULL;
	struct err e = {0};

	(void)state;
	make_tree();
	shell("DOCKER_BUILDKIT=0 docker -H %s build -q -t engine-test-theirs %s "
	      ">/dev/null 2>&1",
		engine_info(engine)->url, dir);
	theirs = output_of("engine-test-theirs", all);
	theirs_some = output_of("engine-test-theirs", some);
	assert_ok(build(&b, NULL, &id, &e));
	ours = output_of("engine-test-ours", some);
	assert_string_equal(ours, theirs_some);
	setenv("DOCKER_BUILDKIT", "0", 1);
	assert_ok(build(&b, NULL, &id1, &e));
	classic = output_of("engine-test-ours", all);
	assert_string_equal(classic, theirs);
	assert_ok(image_remove(engine, "engine-test-ours", &e));
	assert_ok(image_remove(engine, "engine-test-theirs", &e));
}

static void check_options(void)
{
	struct plan_build b = {.context = dir,
		.tag = (char[]){"engine-test-opt:1"},
		.base = (char[]){"busybox"},
		.target = (char[]){"two"}};
	AUTO_IMAGE struct image image = {0};
	AUTO_FREE char *id = NULL, *again = NULL, *out = NULL;
	struct err e = {0};
	bool found = false;

	put(dir, "Dockerfile",
		"ARG BASE_IMAGE=engine-test/none\nFROM $BASE_IMAGE AS one\nARG A\n"
		"RUN echo a=$A > /a && echo shown\nFROM one AS two\nUSER 7\nWORKDIR /w\n"
		"ENV X=y\nENTRYPOINT [\"sh\"]\nCMD [\"-c\", \"x\"]\nFROM one\nRUN "
		"false\n");
	/* never cached at first */
	kvs_setf(&b.args, "A", "1 & %d.%lld", (int)getpid(), (long long)time(NULL));
	kvs_set(&b.labels, "engine.l", "v=\"w\"");
	assert_ok(build(&b, NULL, &id, &e));
	assert_has(seen.p, "UPLOAD");
	assert_has(seen.p, "START ");
	assert_has(seen.p, "|shown");
	assert_ok(image_inspect(engine, "engine-test-opt:1", &image, &found, &e));
	assert_true(found);
	assert_string_equal(image.id, id);
	assert_string_equal(image.user, "7");
	assert_string_equal(image.workdir, "/w");
	assert_true(strv_has(&image.env, "X=y"));
	assert_string_equal(image.entrypoint.v[0], "sh");
	assert_string_equal(image.command.v[1], "x");
	assert_string_equal(kvs_get(&image.labels, "engine.l"), "v=\"w\"");
	out = output_of("--entrypoint= engine-test-opt:1", "cat /a");
	assert_memory_equal(out, "a=1 & ", 6);
	assert_ok(build(&b, NULL, &again, &e));
	assert_string_equal(again, id);
	assert_has(seen.p, "CACHED");
	assert_ok(image_remove(engine, "engine-test-opt:1", &e));
	assert_ok(image_inspect(engine, "engine-test-opt:1", NULL, &found, &e));
	assert_false(found);
	kvs_free(&b.args);
	kvs_free(&b.labels);
}

static void test_options(void **state)
{
	(void)state;
	check_options();
	setenv("DOCKER_BUILDKIT", "0", 1);
	check_options();
}

static void check_failure(void)
{
	struct plan_build b = {.context = dir, .no_cache = true};
	char *id = NULL;
	struct err e = {0};

	put(dir, "Dockerfile", "FROM busybox\nRUN echo last words; exit 3\n");
	assert_int_equal(build(&b, NULL, &id, &e), -1);
	assert_has(e.msg, "build step \"[2/2] RUN echo last words; exit 3\" failed");
	assert_has(seen.p, "|last words");
	assert_has(seen.p, "ERROR [2/2] RUN");
	put(dir, "Dockerfile", "FORM busybox\n");
	assert_int_equal(build(&b, NULL, &id, &e), -1);
	assert_true(strcasestr(e.msg, "unknown instruction: FORM") ||
		    strstr(e.msg, "no FROM statement"));
	put(dir, "Dockerfile", "FROM engine-test.invalid/none\n");
	assert_int_equal(build(&b, NULL, &id, &e), -1);
	assert_null(id);
}

static void test_failures(void **state)
{
	(void)state;
	check_failure();
	setenv("DOCKER_BUILDKIT", "0", 1);
	check_failure();
	put(dir, "Dockerfile", "FROM busybox\nRUN --mount=type=cache,target=/x true\n");
	assert_int_equal(build(&(struct plan_build){.context = dir}, NULL,
				 &(char *){NULL}, &(struct err){0}),
		-1);
}

static void test_dockerfile_outside(void **state)
{
	char *other = scratch_make();
	AUTO_FREE char *file = xasprintf("%s/F", other);
	struct plan_build b = {
		.context = dir, .dockerfile = file, .tag = (char[]){"engine-test-out"}};
	AUTO_FREE char *id = NULL, *out = NULL;
	struct err e = {0};

	(void)state;
	put(other, "F", "FROM busybox\nCOPY . /ctx\n");
	put(dir, "f", "x");
	setenv("DOCKER_BUILDKIT", "0", 1);
	assert_ok(build(&b, NULL, &id, &e));
	out = output_of("engine-test-out", "ls -A /ctx");
	assert_string_equal(out, "f\n"); /* the made-up files are gone */
	unsetenv("DOCKER_BUILDKIT");
	free(id);
	id = NULL;
	assert_ok(build(&b, NULL, &id, &e));
	/* what only BuildKit knows, also from there */
	put(other, "F",
		"FROM busybox AS base-amd64\nFROM busybox AS base-arm64\n"
		"FROM base-${TARGETARCH}\nARG TARGETOS\nRUN echo $TARGETOS > /os\n");
	free(id);
	free(out);
	id = NULL;
	assert_ok(build(&b, NULL, &id, &e));
	out = output_of("engine-test-out", "cat /os");
	assert_string_equal(out, "linux\n");
	assert_ok(image_remove(engine, "engine-test-out", &e));
	scratch_end(other);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_same_as_docker),
		TEST(test_options),
		TEST(test_failures),
		TEST(test_dockerfile_outside),
		TEST(test_helper_is_left_alone),
	};

	need_engine();
	return cmocka_run_group_tests(tests, open_engine, close_engine);
}
