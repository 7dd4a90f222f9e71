/* SPDX-License-Identifier: MIT */
/* The demultiplexer, chunks, base64, URLs: whatever the pieces the bytes come in. */
#include "test.h"

#include "engine/container.h"
#include "engine/image.h"
#include "engine/http/base64.h"
#include "engine/http/call.h"
#include "engine/http/chunked.h"
#include "engine/stream.h"

static void gather(void *ctx, int channel, const char *data, size_t n)
{
	buf_addf(ctx, "%d", channel);
	buf_add(ctx, data, n);
}

static void frame(struct buf *b, int channel, const char *text)
{
	const char head[8] = {(char)channel, 0, 0, 0, 0, 0, (char)(strlen(text) >> 8),
		(char)strlen(text)};

	buf_add(b, head, sizeof head);
	buf_adds(b, text);
}

static void test_demux_splits(void **state)
{
	AUTO_BUF struct buf raw = {0};

	(void)state;
	frame(&raw, 1, "hello ");
	frame(&raw, 1, "");
	frame(&raw, 1, "world");
	frame(&raw, 2, "oops");
	frame(&raw, 1, "again");
	for (size_t a = 0; a <= raw.n; a++)
		for (size_t b = a; b <= raw.n; b++) {
			AUTO_BUF struct buf out = {0};
			struct demux d = {0};
			struct err e = {0};
			size_t cuts[] = {0, a, b, raw.n};
			size_t bytes[3] = {0};

			for (int i = 0; i < 3; i++)
				assert_ok(demux_feed(&d, raw.p + cuts[i],
					cuts[i + 1] - cuts[i], gather, &out, &e));
			for (size_t i = 0; i < out.n; i++)
				bytes[out.p[i] == '1' ? 1 : out.p[i] == '2' ? 2 : 0]++;
			assert_int_equal(bytes[0], strlen("hello worldoopsagain"));
			assert_int_equal(d.left, 0);
			assert_int_equal(d.n_head, 0);
		}
}

static void test_demux_whole(void **state)
{
	AUTO_BUF struct buf raw = {0}, out = {0};
	struct demux d = {0};
	struct err e = {0};

	(void)state;
	frame(&raw, 1, "a");
	frame(&raw, 2, "b");
	frame(&raw, 0, "c");
	frame(&raw, 3, "d");
	assert_ok(demux_feed(&d, raw.p, raw.n, gather, &out, &e));
	assert_string_equal(out.p, "1a2b1c2d");
}

static void test_demux_malformed(void **state)
{
	static const char *const bad[] = {"\x04\0\0\0\0\0\0\1", "\x01\1\0\0\0\0\0\1",
		"\x01\0\0\7\0\0\0\1", "Error: "};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		AUTO_BUF struct buf out = {0};
		struct demux d = {0};
		struct err e = {0};

		assert_int_equal(demux_feed(&d, bad[i], 8, gather, &out, &e), -1);
		assert_has(e.msg, "unreadable");
	}
}

static void test_chunks(void **state)
{
	static const char raw[] = "5\r\nhello\r\n1;x=y\r\n "
				  "\r\nA\r\n0123456789\r\n012\r\n0123456789abcdef!?"
				  "\r\n0\r\nT: x\r\n\r\ntail";

	(void)state;
	for (size_t piece = 1; piece < sizeof raw; piece++) {
		struct chunked c = {0};
		AUTO_BUF struct buf out = {0};
		struct err e = {0};

		for (size_t i = 0; i < sizeof raw - 1; i += piece) {
			char copy[sizeof raw];
			size_t n =
				piece < sizeof raw - 1 - i ? piece : sizeof raw - 1 - i;
			ssize_t k;

			memcpy(copy, raw + i, n);
			k = chunked_feed(&c, copy, n, &e);
			assert_ok(k);
			buf_add(&out, copy, (size_t)k);
		}
		assert_string_equal(out.p, "hello 01234567890123456789abcdef!?");
		assert_int_equal(c.state, CHUNK_DONE);
	}
}

static void test_bad_chunks(void **state)
{
	static const char *const bad[] = {
		"x\r\n", "\r\n", "-1\r\n", "5\r\nhelloX", "1234567890abcdef1\r\n"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct chunked c = {0};
		struct err e = {0};
		AUTO_FREE char *copy = xstrdup(bad[i]);

		assert_int_equal(chunked_feed(&c, copy, strlen(copy), &e), -1);
		assert_has(e.msg, "broken chunk");
	}
}

static void test_base64(void **state)
{
	static const char *const texts[] = {
		"", "a", "ab", "abc", "abcd", "\xff\xfe\xfd?>"};
	static const char *const want[] = {
		"", "YQ==", "YWI=", "YWJj", "YWJjZA==", "//79Pz4="};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		AUTO_BUF struct buf coded = {0}, back = {0}, safe = {0};

		base64_encode(texts[i], strlen(texts[i]), 0, &coded);
		assert_string_equal(buf_str(&coded), want[i]);
		assert_int_equal(base64_decode(buf_str(&coded), coded.n, &back), 0);
		assert_string_equal(buf_str(&back), texts[i]);
		base64_encode(texts[i], strlen(texts[i]), 1, &safe);
		assert_null(strpbrk(buf_str(&safe), "+/"));
		buf_free(&back);
		assert_int_equal(base64_decode(buf_str(&safe), safe.n, &back), 0);
		assert_string_equal(buf_str(&back), texts[i]);
	}
	{
		AUTO_BUF struct buf out = {0};

		assert_int_equal(base64_decode("a*b", 3, &out), -1);
	}
}

static void test_urls(void **state)
{
	AUTO_FREE char *segment = url_segment("a/../b c?\xc3\xa9");
	AUTO_FREE char *ref = url_ref("host:5000/a/b:1@sha256:0");
	AUTO_BUF struct buf b = {0};

	(void)state;
	assert_string_equal(segment, "a%2F..%2Fb%20c%3F%C3%A9");
	assert_string_equal(ref, "host:5000/a/b:1@sha256:0");
	buf_adds(&b, "/x");
	url_param(&b, "a", "1&2");
	url_param(&b, "b", NULL);
	url_param(&b, "c", "=");
	assert_string_equal(b.p, "/x?a=1%262&c=%3D");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_demux_splits),
		cmocka_unit_test(test_demux_whole),
		cmocka_unit_test(test_demux_malformed),
		cmocka_unit_test(test_chunks),
		cmocka_unit_test(test_bad_chunks),
		cmocka_unit_test(test_base64),
		cmocka_unit_test(test_urls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
