/* SPDX-License-Identifier: MIT */
/* A build's inputs are those that were opened, whatever lies at their paths later. */
#include "build_test.h"

#include "build/context.h"
#include "build/stamp.h"

static char *project, *other;

static int set_up(void **state)
{
	(void)state;
	project = scratch_make();
	other = scratch_make();
	put(project, "ctx/Dockerfile", "FROM mine\n");
	put(project, "ctx/file", "mine");
	put(other, "Dockerfile", "FROM theirs\n");
	put(other, "secret", "theirs");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scratch_end(project);
	scratch_end(other);
	return 0;
}

static struct build_inputs *open_with(const char *context, const char *dockerfile)
{
	AUTO_FREE char *c = xstrdup(context),
		       *d = dockerfile ? xstrdup(dockerfile) : NULL;
	struct plan_build b = {.context = c, .dockerfile = d};

	return build_inputs_open(project, &b);
}

/* The whole tar is looked through: names and contents stand in it as they are. */
static void pack(const struct build_inputs *in, struct buf *out)
{
	struct context *c = NULL;
	struct err e = {0};
	ssize_t k;

	assert_ok(context_open(in, false, &c, &e));
	while ((k = context_read(c, buf_room(out, 4096), 4096)) > 0)
		out->n += (size_t)k;
	if (k < 0)
		fail_msg("%s", context_error(c)->msg);
	context_free(c);
}

static bool holds(const struct buf *tar, const char *text)
{
	return memmem(tar->p, tar->n, text, strlen(text)) != NULL;
}

static char *stamp_of(const struct build_inputs *in)
{
	const struct plan_build b = {0};
	char *hex = NULL;
	struct err e = {0};

	assert_ok(build_stamp(in, &b, &hex, &e));
	return hex;
}

static void test_an_exchanged_context_is_the_old_one(void **state)
{
	struct build_inputs *in = open_with("ctx", NULL);
	AUTO_FREE char *before = stamp_of(in), *after = NULL;
	AUTO_BUF struct buf tar = {0};

	(void)state;
	assert_string_equal(in->error.msg, "");
	assert_false(in->context.outside);
	shell("mv %s/ctx %s/away && ln -s %s %s/ctx", project, project, other, project);
	after = stamp_of(in);
	assert_string_equal(after, before);
	pack(in, &tar);
	assert_true(holds(&tar, "FROM mine"));
	assert_true(holds(&tar, "file"));
	assert_false(holds(&tar, "theirs"));
	build_inputs_free(in);
}

static void test_the_dockerfile_is_read_once(void **state)
{
	struct build_inputs *in = open_with("ctx", NULL);
	const struct plan_build b = {0};
	AUTO_STRV struct strv bases = {0};
	AUTO_BUF struct buf tar = {0};

	(void)state;
	put(project, "ctx/Dockerfile", "FROM another\n");
	build_inputs_images(in, &b, &bases, NULL);
	assert_string_equal(bases.v[0], "mine");
	pack(in, &tar);
	assert_true(holds(&tar, "FROM mine"));
	assert_false(holds(&tar, "FROM another"));
	build_inputs_free(in);
}

static void test_what_is_outside(void **state)
{
	static const struct {
		const char *context, *dockerfile;
		bool out_context, out_dockerfile;
	} cases[] = {{"ctx", NULL, false, false}, {".", "ctx/Dockerfile", false, false},
		{"./x/../ctx", NULL, false, false}, {"inside", NULL, false, false},
		{"absolute", NULL, false, false}, {"ctx", "inner", false, false},
		{"linked", NULL, false, false}, {"outside", NULL, true, true},
		{"outside", "ctx/Dockerfile", true, false}, {"ctx", "outer", false, true},
		{"mixed", NULL, false, true}, {"ctx", "outside/Dockerfile", false, true},
		{"/proc/self/root/etc", "inner", true, false}};

	(void)state;
	shell("cd %s && mkdir linked mixed && ln -s ctx inside && ln -s $PWD/ctx "
	      "absolute && "
	      "ln -s $PWD/ctx/Dockerfile inner && ln -s ../ctx/Dockerfile linked/ && "
	      "ln -s %s outside && ln -s %s/Dockerfile outer && ln -s ../outer "
	      "mixed/Dockerfile",
		project, other, other);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct build_inputs *in =
			open_with(cases[i].context, cases[i].dockerfile);

		if (*in->error.msg || in->context.outside != cases[i].out_context ||
			in->dockerfile.outside != cases[i].out_dockerfile)
			fail_msg("%s, %s: %d %d %s", cases[i].context,
				cases[i].dockerfile ? cases[i].dockerfile : "",
				in->context.outside, in->dockerfile.outside,
				in->error.msg);
		assert_int_equal(in->dockerfile.outside,
			!path_within(in->dockerfile.path, project));
		build_inputs_free(in);
	}
}

/* Its rights are to be asked for all the same: it may come to be read later. */
static void test_what_is_missing(void **state)
{
	struct build_inputs *in = open_with(other, "none");

	(void)state;
	assert_has(in->error.msg, "there is no Dockerfile at");
	assert_has(in->error.msg, "--image");
	assert_true(in->context.outside);
	assert_string_equal(in->context.path, other);
	build_inputs_free(in);
	in = open_with("none", NULL);
	assert_has(in->error.msg, "/none: No such file");
	assert_null(in->context.path);
	build_inputs_free(in);
	in = open_with("ctx", "/dev/zero"); /* is not even opened */
	assert_true(*in->error.msg);
	assert_true(in->dockerfile.outside);
	assert_string_equal(in->dockerfile.path, "/dev/zero");
	build_inputs_free(in);
	build_inputs_free(NULL);
}

/* One of the project's own counts; where it leads out of it is for the rights to say. */
static void test_ignore_files_that_are_links(void **state)
{
	struct build_inputs *in;

	(void)state;
	put(project, "rules", "file\n");
	put(other, "rules", "secret\n");
	shell("ln -s ../rules %s/ctx/.dockerignore", project);
	in = open_with("ctx", NULL);
	assert_string_equal(in->error.msg, "");
	assert_string_equal(buf_str(&in->rules), "file\n");
	assert_false(in->listed.outside);
	assert_null(in->beside.path);
	build_inputs_free(in);
	shell("ln -sf %s/rules %s/ctx/.dockerignore", other, project);
	shell("ln -sf nothing %s/ctx/Dockerfile.dockerignore", project);
	in = open_with("ctx", NULL);
	assert_string_equal(buf_str(&in->rules), "secret\n");
	assert_true(in->listed.outside && in->listed.by_link);
	assert_false(in->context.by_link || in->dockerfile.by_link);
	build_inputs_free(in);
	shell("ln -sf %s/rules %s/ctx/Dockerfile.dockerignore", other, project);
	in = open_with("ctx", NULL);
	assert_true(in->beside.outside && in->beside.by_link);
	build_inputs_free(in);
	/* what lies beside a Dockerfile goes first */
	put(other, ".dockerignore", "secret\n");
	put(other, "Dockerfile.dockerignore", "nothing\n");
	in = open_with(other, NULL);
	assert_string_equal(buf_str(&in->rules), "nothing\n");
	assert_string_equal(buf_str(&in->listed_text), "secret\n");
	assert_false(in->beside.by_link || in->listed.by_link);
	build_inputs_free(in);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(test_an_exchanged_context_is_the_old_one),
		TEST(test_the_dockerfile_is_read_once), TEST(test_what_is_outside),
		TEST(test_what_is_missing), TEST(test_ignore_files_that_are_links)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
