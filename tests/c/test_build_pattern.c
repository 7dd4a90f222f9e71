/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "engine/container.h"
#include "engine/image.h"
#include "build/pattern.h"

/* Each was seen in what docker's own client (28.2) puts into a context. */
static const struct {
	const char *pattern, *path;
	bool match;
} cases[] = {
	{"a", "a", true},
	{"a", "ab", false},
	{"a", "b/a", false},
	{"*", "a", true},
	{"*", "a/b", false},
	{"*.txt", "x.txt", true},
	{"*.txt", "d/x.txt", false},
	{"*.txt", "xtxt", false},
	{"a?", "ab", true},
	{"a?", "a/", false},
	{"?", "\xc3\xa9", true},
	{"??", "\xc3\xa9", false},
	{"**", "a", true},
	{"**", "a/b/c", true},
	{"**/foo", "foo", true},
	{"**/foo", "a/foo", true},
	{"**/foo", "a/b/foo", true},
	{"**/foo", "xfoo", false},
	{"**foo", "xfoo", true},
	{"**foo", "a/xfoo", true},
	{"foo/**", "foo/a", true},
	{"foo/**", "foo", false},
	{"foo**", "foobar/x", true},
	{"a/**/b", "a/b", true},
	{"a/**/b", "a/x/y/b", true},
	{"a/**/b", "a/xb", false},
	{"a**b", "ab", true},
	{"a**b", "ax/b", true},
	{"a**b", "axb", false},
	{"**/foo/**", "a/foo/b", true},
	{"**/*.go", "a/b/x.go", true},
	{"**/*.go", "x.go", true},
	{"[ab]", "a", true},
	{"[ab]", "c", false},
	{"[a-c]x", "bx", true},
	{"[^a]", "b", true},
	{"[^a]", "a", false},
	{"a[^x]b", "a/b", true},
	{"[\\]a]", "]", true},
	{"\\*", "*", true},
	{"\\*", "a", false},
	{"a]", "a]", true},
	{"a.b", "axb", false},
	{"a.*", "a.b", true},
	{"a.*", "axb", false},
	{"(a|b)+$", "(a|b)+$", true},
	{"^a", "^a", true},
	{"^a*", "ab", true},
	{"x^a*", "x^ab", false},
	{"\\a", "a", false},
	{"f*/[-a]", "f/-", true},
	{"*\\", "a\\", false},
};

static void test_matches(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct pattern p;

		if (!pattern_compile(&p, cases[i].pattern, false))
			fail_msg("%s does not compile", cases[i].pattern);
		if (pattern_match(&p, cases[i].path) != cases[i].match)
			fail_msg("%s on %s: not %d", cases[i].pattern, cases[i].path,
				cases[i].match);
		pattern_free(&p);
	}
}

static void test_bad_syntax(void **state)
{
	static const char *const bad[] = {"[", "a[b", "[]a]", "[-a]", "[a-]", "[^]",
		"[b-a]", "\\", "x\\", "a[", "[^a", "[\\"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct pattern p;

		if (pattern_compile(&p, bad[i], false))
			fail_msg("%s compiles", bad[i]);
		pattern_free(&p);
	}
}

/* Would take a backtracking matcher longer than the universe. */
static void test_no_explosion(void **state)
{
	AUTO_BUF struct buf pattern = {0}, path = {0};
	struct pattern p;

	(void)state;
	for (int i = 0; i < 200; i++)
		buf_adds(&pattern, "x**y*");
	for (int i = 0; i < 4000; i++)
		buf_adds(&path, "xy");
	buf_addc(&path, 'z');
	buf_addc(&pattern, 'q');
	assert_true(pattern_compile(&p, pattern.p, false));
	assert_false(pattern_match(&p, path.p));
	pattern_free(&p);
}

static void test_broken_utf8(void **state)
{
	struct pattern p;

	(void)state;
	assert_true(pattern_compile(&p, "a?b*", false));
	assert_true(pattern_match(&p, "a\xff"
				      "b\xfe\xc3"));
	pattern_free(&p);
	assert_true(pattern_compile(&p, "\xc3", false));
	assert_true(pattern_match(&p, "\xc3"));
	pattern_free(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_bad_syntax),
		cmocka_unit_test(test_no_explosion),
		cmocka_unit_test(test_broken_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
