/* SPDX-License-Identifier: MIT */
#include "build_test.h"

#include "build/stamp.h"

static char *dir;
static struct plan_build build;

static char *stamp(void)
{
	struct build_inputs *in = NULL;
	char *hex = NULL;
	struct err e = {0};

	assert_ok(inputs_of(&build, &in, &e));
	assert_ok(build_stamp(in, &build, &hex, &e));
	build_inputs_free(in);
	assert_int_equal(strlen(hex), 64);
	return hex;
}

/* The stamp is another than before, and stays. */
static void changed(char **last, const char *why)
{
	AUTO_FREE char *again = NULL;
	char *now = stamp();

	if (!strcmp(now, *last))
		fail_msg("same stamp after: %s", why);
	again = stamp();
	assert_string_equal(now, again);
	free(*last);
	*last = now;
}

static void same(const char *last, const char *why)
{
	AUTO_FREE char *now = stamp();

	if (strcmp(now, last) != 0)
		fail_msg("another stamp after: %s", why);
}

static int set_up(void **state)
{
	(void)state;
	dir = scratch_make();
	put(dir, "Dockerfile", "FROM scratch\n");
	put(dir, "src/a", "1234");
	put(dir, "junk/b", "1234");
	put(dir, ".dockerignore", "junk\n");
	build = (struct plan_build){.context = dir};
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	kvs_free(&build.args);
	kvs_free(&build.labels);
	scratch_end(dir);
	return 0;
}

static void test_files(void **state)
{
	static const char *const changes[] = {"printf 4321 > src/a", "chmod 600 src/a",
		"touch -d @1 src/a", "touch -d @2 src/a", "touch -d @2.5 src/a",
		"cp -p src/a src/t && mv src/t src/a", "ln -s x src/l", "ln -sfn y src/l",
		"mkdir src/d", "chmod 700 src/d", "mv src/d src/e", "rm src/l",
		"echo FROM x > Dockerfile", "printf 'junk\\nnone\\n' > .dockerignore",
		"printf 'junk/c\\n' > .dockerignore", "echo z > junk/b"};
	static const char *const nothing[] = {"cat src/a > /dev/null", "echo z > junk/b",
		"touch junk/c", "touch src", "chmod 700 junk"};
	char *last = stamp();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(nothing); i++) {
		shell("cd %s && %s", dir, nothing[i]);
		same(last, nothing[i]);
	}
	for (size_t i = 0; i < COUNT_OF(changes); i++) {
		shell("cd %s && %s", dir, changes[i]);
		changed(&last, changes[i]);
	}
	free(last);
}

static void test_options(void **state)
{
	char *last = stamp();

	(void)state;
	kvs_set(&build.args, "A", "1");
	changed(&last, "argument");
	kvs_set(&build.args, "A", "2");
	changed(&last, "its value");
	kvs_set(&build.args, "B", "2");
	changed(&last, "another");
	kvs_free(&build.args);
	kvs_set(&build.args, "B", "2");
	kvs_set(&build.args, "A", "2");
	same(last, "their order");
	kvs_free(&build.args);
	kvs_set(&build.labels, "A", "2");
	kvs_set(&build.labels, "B", "2");
	changed(&last, "labels for arguments");
	build.target = (char[]){"t"};
	changed(&last, "target");
	build.target = NULL;
	build.platform = (char[]){"t"};
	changed(&last, "platform for target");
	build.base = (char[]){"b"};
	changed(&last, "base");
	build.tag = (char[]){"tag"};
	build.pull = build.no_cache = true;
	same(last, "tag, pull and cache");
	free(last);
}

static void test_errors(void **state)
{
	struct build_inputs *in = NULL;
	struct err e = {0};

	(void)state;
	shell("rm %s/Dockerfile", dir);
	assert_int_equal(inputs_of(&build, &in, &e), -1);
	assert_has(e.msg, "there is no Dockerfile");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_files), TEST(test_options), TEST(test_errors)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
