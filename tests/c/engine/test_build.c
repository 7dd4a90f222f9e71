/* SPDX-License-Identifier: MIT */
/* Builds on a real engine, by both of its builders. */
#include "build_test.h"
#include "real.h"

#include <time.h>

#include "engine/http/call.h"

static char *dir;
static struct buf seen; /* the events of the last build */

static int set_up(void **state)
{
	(void)state;
	dir = scratch_make();
	seen.n = 0;
	unsetenv("DOCKER_BUILDKIT");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scratch_end(dir);
	buf_free(&seen);
	return 0;
}

static void note(void *ctx, const struct progress *p)
{
	static const char *const kinds[] = {
		"UPLOAD", "START", "LOG", "STATUS", "DONE", "ERROR", "WARN"};

	buf_addf(ctx, "%s %s%s%.*s%s\n", kinds[p->kind], p->name ? p->name : "",
		p->n ? "|" : "", (int)p->n, p->data ? p->data : "",
		p->cached ? " CACHED" : "");
}

static int build(
	const struct plan_build *b, const volatile int *cancel, char **id, struct err *e)
{
	const struct progress_sink sink = {note, &seen};

	seen.n = 0;
	return build_on(engine, b, true, &sink, cancel, id, e);
}

/* What a command prints in a container of the image; the caller frees. */
static char *output_of(const char *image, const char *script)
{
	AUTO_FREE char *url = xstrdup(engine_info(engine)->url);
	AUTO_FREE char *file = xasprintf("%s.out", dir);
	AUTO_BUF struct buf out = {0};
	struct err e = {0};

	shell("docker -H %s run --rm --network none %s sh -c '%s' > %s", url, image,
		script, file);
	assert_ok(file_read(file, 0, &out, &e));
	unlink(file);
	return buf_take(&out);
}

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
	const struct CMUnitTest tests[] = {TEST(test_same_as_docker), TEST(test_options),
		TEST(test_failures), TEST(test_dockerfile_outside), TEST(test_cancel),
		TEST(test_broken_context), TEST(test_helper_is_left_alone),
		TEST(test_import)};

	need_engine();
	return cmocka_run_group_tests(tests, open_engine, close_engine);
}
