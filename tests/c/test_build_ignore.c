/* SPDX-License-Identifier: MIT */
/* One tree under many .dockerignore files. The lists of what is left were checked against
 * docker's own client (28.2), classic builder; where BuildKit differs it says so. */
#include "test.h"

#include "build/ignore.h"
#include "build/walk.h"

static const char *const files[] = {"Dockerfile", "README.md", "a.log", "src/a.c",
	"src/a.o", "src/deep/b.o", "src/deep/keep.txt", "node_modules/x/index.js",
	"docs/README.md", "docs/x.md", "temp1", "tempa/f"};

#define ALL                                                                              \
	"Dockerfile README.md a.log docs docs/README.md docs/x.md node_modules "         \
	"node_modules/x node_modules/x/index.js src src/a.c src/a.o src/deep "           \
	"src/deep/b.o "                                                                  \
	"src/deep/keep.txt temp1 tempa tempa/f"

static const struct {
	const char *ignore, *classic, *buildkit; /* NULL: as classic */
} cases[] = {
	{"", ALL, NULL},
	{"# src\n\n   \n", ALL, NULL},
	{" # no comment: a pattern\n", ALL, NULL},
	{"src",
		"Dockerfile README.md a.log docs docs/README.md docs/x.md node_modules "
		"node_modules/x node_modules/x/index.js temp1 tempa tempa/f",
		NULL},
	{"/src/\nnode_modules/\r\n./docs/../docs",
		"Dockerfile README.md a.log temp1 tempa tempa/f", NULL},
	{"*/*.o\n**/*.md\nnode_modules",
		"Dockerfile a.log docs src src/a.c src/deep "
		"src/deep/b.o src/deep/keep.txt temp1 tempa tempa/f",
		NULL},
	{"*\n!src/a.c", "Dockerfile src/a.c", "Dockerfile src src/a.c"},
	{"*\n!src",
		"Dockerfile src src/a.c src/a.o src/deep src/deep/b.o src/deep/keep.txt",
		NULL},
	{"*\n!src/**\nsrc/deep", "Dockerfile src/a.c src/a.o",
		"Dockerfile src src/a.c src/a.o"},
	{"*\n!**/keep.txt", "Dockerfile", "Dockerfile src src/deep src/deep/keep.txt"},
	{"**\n!docs/*.md", "Dockerfile docs/README.md docs/x.md",
		"Dockerfile docs docs/README.md docs/x.md"},
	{"docs/*.md\n!docs/README.md\nnode_modules\nsrc\ntemp?",
		"Dockerfile README.md a.log docs docs/README.md", NULL},
	{"docs/*.md\n!docs/README*.md\ndocs/README.md\nnode_modules\nsrc\ntemp?",
		"Dockerfile README.md a.log docs", NULL},
	{"Dockerfile\nsrc\nnode_modules\ndocs\ntemp*\n*.log", "Dockerfile README.md",
		NULL},
	{"**", "Dockerfile", NULL},
	{".", ALL, NULL},
	{"..", ALL, NULL},
	{"\xef\xbb\xbfsrc\nnode_modules\ndocs",
		"Dockerfile README.md a.log temp1 tempa tempa/f", NULL},
	{"  src\t\n! src/a.c \nnode_modules\ndocs\ntemp*",
		"Dockerfile README.md a.log src/a.c",
		"Dockerfile README.md a.log src src/a.c"},
	{"src/deep/../a.c\nnode_modules\ndocs\ntemp*\n*.*",
		"Dockerfile src src/a.o src/deep src/deep/b.o src/deep/keep.txt", NULL},
};

static void list(char *dir, const char *text, bool classic, struct buf *out)
{
	struct build_input root = {.fd = open(dir, O_PATH), .path = dir};
	AUTO_IGNORE struct ignore ig = {0};
	struct walk_entry w;
	struct walk *walk;
	struct err e = {0};
	int got;

	assert_ok(ignore_parse(&ig, text, strlen(text), ".dockerignore", &e));
	ignore_keep(&ig, "Dockerfile");
	assert_ok(walk_open(&root, &ig, classic, &walk, &e));
	while ((got = walk_next(walk, &w, &e)) > 0)
		buf_addf(out, "%s%s", out->n ? " " : "", w.path);
	assert_ok(got);
	walk_free(walk);
	close(root.fd);
}

static void test_trees(void **state)
{
	char *dir = scratch_make();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(files); i++)
		put(dir, files[i], "x");
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		AUTO_BUF struct buf classic = {0}, buildkit = {0};
		const char *want =
			cases[i].buildkit ? cases[i].buildkit : cases[i].classic;

		list(dir, cases[i].ignore, true, &classic);
		list(dir, cases[i].ignore, false, &buildkit);
		assert_string_equal(buf_str(&classic), cases[i].classic);
		assert_string_equal(buf_str(&buildkit), want);
	}
	scratch_end(dir);
}

static void test_errors_name_the_line(void **state)
{
	static const struct {
		const char *text, *want;
	} bad[] = {{"a\n\n[\n", "x:3: bad pattern: ["}, {"!", "x:1"}, {"a\n! \n", "x:2"},
		{"!/", "x:1"}};
	struct err e;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		AUTO_IGNORE struct ignore ig = {0};

		assert_int_equal(
			ignore_parse(&ig, bad[i].text, strlen(bad[i].text), "x", &e), -1);
		assert_has(e.msg, bad[i].want);
	}
	{
		AUTO_IGNORE struct ignore ig = {0};

		assert_int_equal(ignore_parse(&ig, "a\0b", 3, "x", &e), -1);
		assert_has(e.msg, "not a text file");
	}
}

/* Files with wildcard characters in their names are kept by their names. */
static void test_keep_is_literal(void **state)
{
	AUTO_IGNORE struct ignore ig = {0};
	bool own[8], top[8];
	struct err e = {0};

	(void)state;
	assert_ok(ignore_parse(&ig, "*\nd", 3, "x", &e));
	ignore_keep(&ig, "d/[a]*");
	assert_true(ignore_match(&ig, "d", NULL, top));
	assert_false(ignore_match(&ig, "d/[a]*", top, own));
	assert_true(ignore_match(&ig, "d/ax", top, own));
	ignore_keep(&ig, "d/[a]*"); /* not ignored: nothing is added */
	assert_int_equal(ig.n, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trees),
		cmocka_unit_test(test_errors_name_the_line),
		cmocka_unit_test(test_keep_is_literal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
