/* SPDX-License-Identifier: MIT */
/* The base library: paths, errors, lists, buffers. */
#include "test.h"

#include "base/digest.h"
#include "base/log.h"
#include "base/printable.h"

static void paths_are_folded(void **state)
{
	static const char *const cases[][3] = {
		{"/a", "b", "/a/b"},
		{"/a", "/b", "/b"},
		{"/a/b", "../c", "/a/c"},
		{"/a", "../../..", "/"},
		{"/", "x/./y//z/", "/x/y/z"},
		{"/a", ".", "/a"},
		{"/a/", "b/../..", "/"},
		{"rel", "x", "rel/x"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		AUTO_FREE char *p = path_join(cases[i][0], cases[i][1]);

		assert_string_equal(p, cases[i][2]);
	}
}

static void within_means_below(void **state)
{
	(void)state;
	assert_true(path_within("/a", "/a"));
	assert_true(path_within("/a/b", "/a"));
	assert_true(path_within("/a/b", "/a/"));
	assert_true(path_within("/a", "/"));
	assert_false(path_within("/ab", "/a"));
	assert_false(path_within("/", "/a"));
}

static void errors_grow_outwards(void **state)
{
	struct err e = {0};

	(void)state;
	errno = ENOENT;
	assert_int_equal(err_errno(&e, "open %s", "x"), -1);
	assert_int_equal(e.code, ENOENT);
	err_wrap(&e, "gui.lua:3");
	err_hint(&e, "make it");
	assert_string_equal(
		e.msg, "gui.lua:3: open x: No such file or directory; make it");
	assert_int_equal(err_set(NULL, 1, "nobody listens"), -1);
	for (int i = 0; i < 300; i++)
		err_wrap(&e, "a long context that never ends");
	assert_true(strlen(e.msg) < sizeof e.msg);
	err_hint(&e, "full");
}

static void lists_own_their_strings(void **state)
{
	AUTO_STRV struct strv s = {0};
	AUTO_STRV struct strv copy = {0};
	AUTO_KVS struct kvs k = {0};
	char word[] = "word";

	(void)state;
	strv_add(&s, word);
	word[0] = 'x';
	assert_string_equal(s.v[0], "word");
	assert_null(s.v[1]);
	strv_copy(&copy, &s);
	assert_true(strv_has(&copy, "word"));
	assert_false(strv_has(&copy, "xord"));
	kvs_set(&k, "a", "1");
	kvs_set(&k, "b", "2");
	kvs_set(&k, "a", "3");
	assert_int_equal(k.n, 2);
	assert_string_equal(kvs_get(&k, "a"), "3");
	assert_null(kvs_get(&k, "c"));
}

static void buffers_drop_from_the_front(void **state)
{
	AUTO_BUF struct buf b = {0};
	AUTO_FREE char *taken = NULL;

	(void)state;
	assert_string_equal(buf_str(&b), "");
	buf_addf(&b, "%s-%d", "abc", 7);
	buf_drop(&b, 2);
	assert_string_equal(buf_str(&b), "c-7");
	taken = buf_take(&b);
	assert_string_equal(taken, "c-7");
	assert_int_equal(b.n, 0);
}

static void files_are_written_whole(void **state)
{
	char *dir = scratch_make();
	AUTO_FREE char *deep = NULL, *file = NULL;
	AUTO_BUF struct buf b = {0};
	struct err e = {0};
	struct stat st;

	(void)state;
	deep = path_join(dir, "a/b/c");
	assert_int_equal(dir_make(deep, 0700, &e), 0);
	file = path_join(deep, "f");
	assert_int_equal(file_write(file, "text", 4, 0600, &e), 0);
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(file_read(file, 0, &b, &e), 0);
	assert_string_equal(buf_str(&b), "text");
	assert_int_equal(file_read(file, 3, &b, &e), -1);
	assert_int_equal(e.code, EFBIG);
	assert_int_equal(file_write("/nowhere/at/all", "", 0, 0600, &e), -1);
	assert_int_equal(e.code, ENOENT);
	scratch_end(dir);
}

static void json_errors_say_where(void **state)
{
	struct err e = {0};
	AUTO_JSON cJSON *j = json_parse("{\"a\":1}", 7, &e);

	(void)state;
	assert_non_null(j);
	assert_true(json_num(j, "a", 0) > 0);
	assert_null(json_str(j, "a"));
	assert_true(json_bool(j, "b", true));
	assert_null(json_parse("{\"a\":}", 6, &e));
	assert_non_null(strstr(e.msg, "not JSON at byte 5"));
}

static void hashes_are_sha256(void **state)
{
	char hex[DIGEST_HEX];

	(void)state;
	digest_hex("abc", 3, hex); /* FIPS 180-4, appendix B.1 */
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223"
				 "b00361a396177a9cb410ff61f20015ad");
}

static void foreign_text_cannot_draw(void **state)
{
	char text[] = "a\033[2Jb\tc\nd\177";
	AUTO_BUF struct buf b = {0};

	(void)state;
	add_printable_lines(&b, text);
	assert_string_equal(b.p, "a\\u{1b}[2Jb\tc\nd\\u{7f}");
	buf_drop(&b, b.n);
	add_printable(&b, text);
	assert_string_equal(b.p, "a\\u{1b}[2Jb\tc\\u{a}d\\u{7f}");
	log_printable(text, true);
	assert_string_equal(text, "a?[2Jb\tc\nd?");
	log_printable(text, false);
	assert_string_equal(text, "a?[2Jb\tc?d?");
}

/* What steers a terminal or hides what a line says, beyond ASCII. */
static void foreign_text_is_harmless_utf8(void **state)
{
	static const struct {
		const char *text, *want;
	} v[] = {
		{"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 \xd7\xa9\xd7\x9c "
		 "\xef\xbf\xbd",
			NULL},
		{"\xc2\x9b;1m", "\\u{9b};1m"},     /* CSI */
		{"\x9b;1m\xff", "\\x9b;1m\\xff"},  /* the same to an 8-bit terminal */
		{"z\xe2\x80\xaez", "z\\u{202e}z"}, /* right-to-left override */
		{"z\xe2\x81\xa6z", "z\\u{2066}z"}, /* isolate */
		{"\xe2\x80\xa8", "\\u{2028}"},     /* line separator */
		{"\xd8\x9c\xe2\x80\x8b", "\\u{61c}\\u{200b}"}, /* not seen */
		{"\xf3\xa0\x81\x81", "\\u{e0041}"},            /* a tag */
		{"\xc0\x9b", "\\xc0\\x9b"},                    /* overlong */
		{"\xed\xa0\x80", "\\xed\\xa0\\x80"},           /* half of a pair */
		{"\xe2\x82", "\\xe2\\x82"},                    /* cut short */
		{"\xc3\xc3\xa9", "\\xc3\xc3\xa9"},
		{"e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81", /* a pile */
			"e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\\u{301}"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(v); i++) {
		const char *want = v[i].want ? v[i].want : v[i].text;
		AUTO_FREE char *text = xstrdup(v[i].text);

		str_printable(&text);
		assert_string_equal(text, want);
		str_printable(&text); /* what was done once stays */
		assert_string_equal(text, want);
		log_printable(text, false);
		assert_string_equal(text, want);
	}
}

static void broken_text_is_not_sent(void **state)
{
	static const struct {
		const char *json, *said;
	} v[] = {
		{"{\"a\":[1,{\"b\":\"caf\xc3\xa9 \xef\xbf\xbd \xe2\x80\xae\\u0001\"}]}",
			NULL},
		{"{\"a\":[1,{\"b\":\"x\xff\"}]}", "a/1/b: not UTF-8: other"},
		{"{\"a\":{\"\xed\xa0\x80\":1}}", "a/\xed\xa0\x80: not UTF-8: "},
		{"[\"\", \"\xe2\x82\"]", "1: not UTF-8: "},
		{"\"\xc0\xaf\"", "not UTF-8: "},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(v); i++) {
		AUTO_JSON cJSON *j = json_parse(v[i].json, strlen(v[i].json), NULL);
		AUTO_FREE char *text = NULL;
		struct err e = {0};

		assert_int_equal(json_send(j, &text, &e), v[i].said ? -1 : 0);
		assert_true(v[i].said ? e.code == EILSEQ : text != NULL);
		if (v[i].said)
			assert_memory_equal(e.msg, v[i].said, strlen(v[i].said));
	}
}

/* JSON for people's eyes is ASCII where it is not plain text. */
static void json_for_a_terminal_is_harmless(void **state)
{
	AUTO_JSON cJSON *j = cJSON_CreateString("\xc2\x9b;\x7f\xff\xc3\xa9\"\\");
	AUTO_FREE char *text = json_text(j, true);

	(void)state;
	assert_string_equal(text, "\"\\u009b;\\u007f\\ufffd\xc3\xa9\\\"\\\\\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_are_folded),
		cmocka_unit_test(within_means_below),
		cmocka_unit_test(errors_grow_outwards),
		cmocka_unit_test(lists_own_their_strings),
		cmocka_unit_test(buffers_drop_from_the_front),
		cmocka_unit_test(files_are_written_whole),
		cmocka_unit_test(json_errors_say_where),
		cmocka_unit_test(hashes_are_sha256),
		cmocka_unit_test(foreign_text_cannot_draw),
		cmocka_unit_test(foreign_text_is_harmless_utf8),
		cmocka_unit_test(broken_text_is_not_sent),
		cmocka_unit_test(json_for_a_terminal_is_harmless),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
