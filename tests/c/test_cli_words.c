/* SPDX-License-Identifier: MIT */
/* Values in words, and tables. */
#include "test.h"

#include "cli/face/table.h"
#include "cli/face/words.h"
#include "plan/shell_word.h"
#include "plan/resolved.h"

static void test_sizes(void **state)
{
	static const struct {
		int64_t bytes;
		const char *words;
	} cases[] = {
		{0, "0 B"},
		{1023, "1023 B"},
		{1024, "1 KiB"},
		{1536, "1.5 KiB"},
		{(int64_t)4 << 30, "4 GiB"},
		{(int64_t)3000 << 40, "3000 TiB"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		AUTO_BUF struct buf b = {0};

		add_size(&b, cases[i].bytes);
		assert_string_equal(b.p, cases[i].words);
	}
}

static void test_ages(void **state)
{
	static const struct {
		int64_t seconds;
		const char *words;
	} cases[] = {{-5, "0 s"}, {119, "119 s"}, {120, "2 min"}, {7200, "2 h"},
		{172800, "2 d"}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		AUTO_BUF struct buf b = {0};

		add_age(&b, cases[i].seconds);
		assert_string_equal(b.p, cases[i].words);
	}
}

static void test_clean(void **state)
{
	static const struct {
		const char *text, *clean;
	} cases[] = {
		{"plain\n", "plain\n"},
		{"\033[1;31mred\033[0m", "red"},
		{"\033]0;title\atext", "text"},
		{"\033]0;open", ""},
		{"\033(Bx", "Bx"},
		{"\033", ""},
		{"\033[", ""},
		{"a\r\nb", "a\nb"},
		{"10%\r20%", "10%\n20%"},
		{"a\bb\177c\a", "abc"},
		{"tab\tand \xc3\xa9", "tab\tand \xc3\xa9"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		AUTO_BUF struct buf b = {0};

		add_clean(&b, cases[i].text, strlen(cases[i].text));
		assert_string_equal(buf_str(&b), cases[i].clean);
	}
}

static void test_quoted(void **state)
{
	static const struct {
		const char *word, *quoted;
	} cases[] = {{"ls", "ls"}, {"", "''"}, {"a b", "'a b'"}, {"it's", "'it'\\''s'"},
		{"$x", "'$x'"}, {"a\nb", "$'a\\012b'"}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		AUTO_BUF struct buf b = {0};

		shell_word(&b, cases[i].word);
		assert_string_equal(b.p, cases[i].quoted);
	}
}

static void test_secrets(void **state)
{
	static const char *const secret[] = {"HF_TOKEN", "db_password", "MY_SECRET",
		"MYSQL_PASS", "API_AUTH", "AUTHORIZATION", "DB_PWD", "SSH_KEY", "MY_JWT"};
	static const char *const open[] = {
		"DISPLAY", "XAUTHORITY", "PWD", "OLDPWD", "GIT_AUTHOR_NAME", "HOME"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(secret); i++)
		assert_true(looks_secret(secret[i], NULL));
	for (size_t i = 0; i < COUNT_OF(open); i++)
		assert_false(looks_secret(open[i], "http://proxy:3128/?a:b@c"));
	assert_true(looks_secret("https_proxy", "http://me:word@proxy:3128"));
	assert_false(looks_secret("https_proxy", "http://me@proxy:3128"));
}

static void test_shown_path(void **state)
{
	(void)state;
	assert_string_equal(shown_path("/home/a/x", "/home/a/x"), ".");
	assert_string_equal(
		shown_path("/home/a/x/docker/home", "/home/a/x"), "docker/home");
	assert_string_equal(shown_path("/home/a/xy", "/home/a/x"), "/home/a/xy");
	assert_string_equal(shown_path("docker", "/home/a/x"), "docker");
	assert_null(shown_path(NULL, "/home"));
}

static void test_table(void **state)
{
	static const char *const heading[] = {"NAME", "AGE", NULL};
	AUTO_TABLE struct table t = {0};
	AUTO_BUF struct buf b = {0};

	(void)state;
	table_begin(&t, heading);
	table_cell(&t, "h\xc3\xa9llo");
	table_cell(&t, "1 s");
	table_cell(&t, NULL);
	table_cell(&t, "ev\033il");
	table_print(&t, &b);
	assert_string_equal(b.p, "NAME   AGE\n"
				 "h\xc3\xa9llo  1 s\n"
				 "-      ev\\u{1b}il\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_ages),
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_quoted),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_shown_path),
		cmocka_unit_test(test_table),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
