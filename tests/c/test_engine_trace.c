/* SPDX-License-Identifier: MIT */
/* build_trace.c, build_log.c, ndjson.c and protobuf.c on what an engine sent, and on
 * less. */
#include "test.h"

#include "engine/container.h"
#include "engine/image.h"
#include "engine/http/base64.h"
#include "engine/docker/image/build_log.h"
#include "engine/http/ndjson.h"
#include "engine/docker/image/protobuf.h"
#include "engine_trace_record.h"

static const char *const kinds[] = {
	"UPLOAD", "START", "LOG", "STATUS", "DONE", "ERROR", "WARN"};

static void note(void *ctx, const struct progress *p)
{
	struct buf *b = ctx;

	buf_addf(b, "%s %d %s", kinds[p->kind], p->step, p->name ? p->name : "-");
	if (p->n)
		buf_addf(b, " [%.*s]", (int)p->n, p->data);
	buf_adds(b, p->cached ? " cached\n" : "\n");
}

/* The recorded lines as the stream they were. The caller frees. */
static char *recorded(void)
{
	AUTO_BUF struct buf b = {0};

	for (size_t i = 0; i < COUNT_OF(recorded_trace); i++)
		buf_addf(&b, "%s\r\n", recorded_trace[i]);
	return buf_take(&b);
}

static int feed(struct build_log *l, const char *text, size_t piece, struct err *e)
{
	AUTO_NDJSON struct ndjson d = {.object = build_log_object, .ctx = l, .e = e};
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i += piece)
		if (ndjson_feed(&d, text + i, piece < n - i ? piece : n - i) < 0)
			return -1;
	return ndjson_end(&d);
}

static const char want[] =
	"START 1 [internal] load remote build context\n"
	"DONE 1 [internal] load remote build context\n"
	"START 2 copy /context /\n"
	"DONE 2 copy /context /\n"
	"START 3 [internal] load metadata for docker.io/library/busybox:latest\n"
	"DONE 3 [internal] load metadata for docker.io/library/busybox:latest\n"
	"START 4 [1/3] FROM docker.io/library/busybox\n"
	"DONE 4 [1/3] FROM docker.io/library/busybox cached\n"
	"START 5 [2/3] RUN echo hello; echo bad >&2\n"
	"LOG 5 - [hello\n]\n"
	"LOG 5 - [bad\n]\n"
	"DONE 5 [2/3] RUN echo hello; echo bad >&2\n"
	"START 6 [3/3] RUN echo going; exit 3\n"
	"LOG 6 - [going\n]\n"
	"ERROR 6 [3/3] RUN echo going; exit 3 [executor failed running [/bin/sh -c echo "
	"going; "
	"exit 3]: exit code: 3]\n";

static void test_recorded(void **state)
{
	static const size_t pieces[] = {1, 7, 100, 100000};
	AUTO_FREE char *text = recorded();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(pieces); i++) {
		AUTO_BUF struct buf seen = {0};
		const struct progress_sink sink = {note, &seen};
		AUTO_BUILD_LOG struct build_log log = {.sink = &sink};
		struct err e = {0};

		assert_int_equal(feed(&log, text, pieces[i], &e), -1);
		assert_has(e.msg, "build step \"[3/3] RUN echo going; exit 3\" failed");
		assert_has(e.msg, "exit code: 3");
		assert_string_equal(seen.p, want);
	}
}

static void test_order(void **state)
{
	AUTO_BUF struct buf seen = {0};
	const struct progress_sink sink = {note, &seen};
	AUTO_BUILD_LOG struct build_log log = {.sink = &sink};
	AUTO_FREE char *stream = recorded();
	const char *start, *text, *failed;
	struct err e = {0};

	(void)state;
	feed(&log, stream, 4096, &e);
	start = strstr(seen.p, "[3/3] RUN");
	text = strstr(seen.p, "[going");
	failed = strstr(seen.p, "ERROR");
	assert_true(start && text && failed && start < text && text < failed);
	assert_null(strstr(failed + 1, "ERROR")); /* told once */
}

/* Every prefix, and every byte turned over: no crash, and what follows still counts. */
static void test_damaged(void **state)
{
	(void)state;
	for (size_t line = 0; line < COUNT_OF(recorded_trace) - 1; line++) {
		AUTO_JSON cJSON *j = cJSON_Parse(recorded_trace[line]);
		AUTO_BUILD_LOG struct build_log whole = {0};
		AUTO_BUF struct buf message = {0};

		assert_non_null(j);
		assert_int_equal(base64_decode(json_str(j, "aux"),
					 strlen(json_str(j, "aux")), &message),
			0);
		for (size_t i = 0; i <= message.n; i++) {
			AUTO_BUF struct buf seen = {0};
			const struct progress_sink sink = {note, &seen};
			AUTO_BUILD_LOG struct build_log log = {.sink = &sink};
			/* on the heap, so that a sanitizer sees a read beyond */
			AUTO_FREE char *cut = xmalloc(i);

			memcpy(cut, message.p, i);
			build_trace(&log, cut, i);
			if (i) {
				cut[i - 1] = (char)~cut[i - 1];
				build_trace(&log, cut, i);
			}
		}
		assert_int_equal(build_trace(&whole, message.p, message.n - 1), -1);
	}
}

static void test_garbage(void **state)
{
	unsigned seed = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		AUTO_BUILD_LOG struct build_log log = {0};
		unsigned char bytes[64];

		for (size_t i = 0; i < sizeof bytes; i++) {
			seed = seed * 1103515245 + 12345;
			bytes[i] = (unsigned char)(seed >> 16);
		}
		bytes[0] = (unsigned char)(8 * (1 + round % 4) + 2);
		build_trace(&log, bytes, (size_t)round % sizeof bytes);
	}
}

static void test_protobuf_limits(void **state)
{
	static const unsigned char overlong[] = {
		0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01};
	static const unsigned char huge[] = {0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, 'x'};
	static const unsigned char fine[] = {
		0x09, 1, 0, 0, 0, 0, 0, 0, 0, 0x15, 2, 0, 0, 0, 0x18, 3};
	struct pb b = {.p = overlong, .end = overlong + sizeof overlong};
	struct pb_field f;

	(void)state;
	assert_false(pb_next(&b, &f));
	assert_true(b.broken);
	b = (struct pb){.p = huge, .end = huge + sizeof huge};
	assert_false(pb_next(&b, &f));
	assert_true(b.broken);
	b = (struct pb){.p = fine, .end = fine + sizeof fine};
	for (uint64_t i = 1; i <= 3; i++) {
		assert_true(pb_next(&b, &f));
		assert_int_equal(f.number, i);
		assert_int_equal(f.value, i);
	}
	assert_false(pb_next(&b, &f));
	assert_false(b.broken);
}

static void test_stream_that_is_none(void **state)
{
	static const char *const bad[] = {
		"not json\n", "{\"stream\":\"x\"}\n{\"stream\":", "{\n"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		AUTO_BUILD_LOG struct build_log log = {0};
		struct err e = {0};

		assert_int_equal(feed(&log, bad[i], 3, &e), -1);
		assert_has(e.msg, "unreadable reply");
	}
}

static void test_endless_line(void **state)
{
	AUTO_BUILD_LOG struct build_log log = {0};
	struct err e = {0};
	AUTO_NDJSON struct ndjson d = {.object = build_log_object, .ctx = &log, .e = &e};
	static char block[1 << 20];
	int rc = 0;

	(void)state;
	memset(block, ' ', sizeof block);
	for (int i = 0; i < 20 && rc == 0; i++)
		rc = ndjson_feed(&d, block, sizeof block);
	assert_int_equal(rc, -1);
	assert_has(e.msg, "too long");
}

static void test_classic(void **state)
{
	static const char text[] =
		"{\"stream\":\"Step 1/2 : FROM busybox\"}\r\n{\"stream\":\"\\n\"}\n"
		"{\"stream\":\" ---> 0da9a07e0efc\\n\"}\n"
		"{\"stream\":\"Step 2/2 : RUN false\"}\n"
		"{\"stream\":\" ---> Using cache\\n\"}\n"
		"{\"stream\":\"out\\n\"}\n{\"aux\":{\"ID\":\"sha256:1\"}}\n"
		"{\"aux\":{\"ID\":\"sha256:2\"}}\n"
		"{\"stream\":\"Successfully built 1\\n\"}\n"
		"{\"stream\":\"[Warning] One or more\\u001b[2J\\n\"}";
	AUTO_BUF struct buf seen = {0};
	const struct progress_sink sink = {note, &seen};
	AUTO_BUILD_LOG struct build_log log = {.sink = &sink};
	struct err e = {0};

	(void)state;
	assert_ok(feed(&log, text, 10, &e));
	build_log_end(&log);
	assert_string_equal(seen.p,
		"START 1 [1/2] FROM busybox\nDONE 1 [1/2] FROM busybox\n"
		"START 2 [2/2] RUN false\nLOG 2 - [out\n]\n"
		"WARN 0 - [One or more?[2J]\n"
		"DONE 2 [2/2] RUN false cached\n");
	assert_string_equal(log.id, "sha256:2");
}

static void test_classic_error(void **state)
{
	static const char text[] =
		"{\"stream\":\"Step 1/1 : RUN x\"}\n"
		"{\"errorDetail\":{\"message\":\"returned 1\\n\"},\"error\":\"x\"}\n";
	AUTO_BUF struct buf seen = {0};
	const struct progress_sink sink = {note, &seen};
	AUTO_BUILD_LOG struct build_log log = {.sink = &sink};
	struct err e = {0};

	(void)state;
	assert_int_equal(feed(&log, text, 1000, &e), -1);
	assert_string_equal(e.msg, "build step \"[1/1] RUN x\" failed: returned 1");
	assert_has(seen.p, "ERROR 1 [1/1] RUN x [returned 1]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recorded),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_protobuf_limits),
		cmocka_unit_test(test_stream_that_is_none),
		cmocka_unit_test(test_endless_line),
		cmocka_unit_test(test_classic),
		cmocka_unit_test(test_classic_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
