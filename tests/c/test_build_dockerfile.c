/* SPDX-License-Identifier: MIT */
#include "build_test.h"

#include "build/dockerfile.h"

static const struct {
	const char *text, *bases;
} cases[] = {
	{"FROM a", "a"},
	{"from a:1\nFROM b AS x\nFROM X\nFROM a:1\n", "a:1 b"},
	{"FROM scratch\n", ""},
	{"FROM --platform=$BUILDPLATFORM a AS b\nCOPY --from=z / /\nFROM b", "a"},
	{"ARG B=x\nFROM $B\nFROM ${B}y\nFROM \"${B}\"\n", "x xy"},
	{"ARG A\nFROM ${A:-d}\nFROM ${A-e}\nFROM ${A:+no}f\n", "d e f"},
	{"ARG A=\nFROM ${A:-d}\nFROM ${A-e}g\n", "d g"},
	{"ARG A=1 B=2\nFROM x:$A.$B\n", "x:1.2"},
	{"ARG A=1\nARG B=v$A\nFROM x:$B\n", "x:v1"},
	{"ARG GIVEN=no\nFROM $GIVEN\nARG GIVEN=late\nFROM ${GIVEN}\n", "yes"},
	{"ARG UNDECLARED_HERE=1\nFROM x:${GIVEN:-default}\n", "x:default"},
	{"FROM a\nARG B=x\nFROM b$B\n", "a b"},
	{"ARG A=i\nFROM ${A:-${B:-n}}\nFROM ${B:-${A}}x\n", "i ix"},
	{"# escape=`\nARG A=x\\y\nFROM a `\n  AS b\nFROM b\n", "a"},
	{"FROM \\\n# comment\n\n  a\\\n AS b\n", "a"},
	{"RUN <<EOF\nFROM no\nEOF\nFROM a\n", "a"},
	{"RUN <<-'E' cat <<F\nFROM no\n\tE\nFROM no2\nF\nFROM a\n", "a"},
	{"RUN echo $((1<<n))\nFROM a\nn\n", "a"},
	{"RUN cat <<<EOF\nFROM a\nEOF\n", "a"},
	{"RUN cat <<NEVER\nFROM a\n", "a"},
	{"\xef\xbb\xbf"
	 "FROM a\r\nFROM b\r\n",
		"a b"},
	{"FROM ${A\nFROM $\nFROM", "$"},
	{"FROM deb\\\nian\nFROM a \\\n  AS b\nFROM b", "debian a"},
	{"# a remark\n# escape=`\nFROM a\\\nb\n", "ab"},
	{"# syntax = x\n# Escape = `\nFROM a`\nb\n", "ab"},
	{"ARG V=1.2\nARG M=${V%%.*}\nFROM a:$M\nFROM b:${V}\nFROM c:${M}\n", "b:1.2"},
	{"ARG V=1\nFROM a:${V:?none}\nFROM b:${V/1/2}\n", "a:1"},
	{"FROM base$TARGETARCH\n", "base"},
	{"FROM a$", "a$"},
	{"", ""},
};

static void test_bases(void **state)
{
	AUTO_KVS struct kvs given = {0};

	(void)state;
	kvs_set(&given, "GIVEN", "yes");
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		AUTO_STRV struct strv bases = {0}, sources = {0};
		AUTO_FREE char *got = NULL;

		dockerfile_images(
			cases[i].text, strlen(cases[i].text), &given, &bases, &sources);
		got = strv_join(&bases, " ");
		if (strcmp(got, cases[i].bases) != 0)
			fail_msg("%s\n→ %s, not %s", cases[i].text, got, cases[i].bases);
	}
}

static void test_sources(void **state)
{
	static const char *const steps[][2] = {
		{"FROM a AS b\nCOPY --from=b / /\nCOPY --from=0 / /\n", ""},
		{"COPY --from=LATE / /\nFROM a as late\n", ""},
		{"COPY --from=a/b:1 / /\nCOPY --from=a/b:1 /x /x\n", "a/b:1"},
		{"COPY --chown=1 --FROM=\"r.io/a\" / /\n", "r.io/a"},
		{"COPY --from=a:1@sha256:00 / /\n", "a:1@sha256:00"},
		{"COPY --from=$X / /\nCOPY --from= / /\nCOPY a --from=b /\n", ""},
		{"RUN --mount=type=bind,from=r.io/a,target=/x true\n", "r.io/a"},
		{"RUN --mount=\"target=/x,FROM=r.io/a\" true\n", "r.io/a"},
		{"RUN --mount=type=cache,target=/from=x,source=/y true\n", ""},
		{"RUN --mount=target=/x \\\n# so\n --mount=from=b,target=/y true\n", "b"},
		{"RUN restore --from=x --mount=from=y\n", ""},
		{"RUN <<E\nCOPY --from=r.io/a / /\nE\n", ""},
		{"COPY <<E --from=r.io/b /\nE\nADD --from=c / /\n", ""},
		{"ONBUILD COPY --from=r.io/a / /\n", ""},
	};
	AUTO_KVS struct kvs none = {0};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(steps); i++) {
		AUTO_STRV struct strv bases = {0}, sources = {0};
		AUTO_FREE char *got = NULL;

		dockerfile_images(
			steps[i][0], strlen(steps[i][0]), &none, &bases, &sources);
		got = strv_join(&sources, " ");
		if (strcmp(got, steps[i][1]) != 0)
			fail_msg("%s\n→ %s, not %s", steps[i][0], got, steps[i][1]);
	}
}

static void test_build_bases(void **state)
{
	char *dir = scratch_make(), *base = xstrdup("mine:2");
	struct plan_build b = {.context = dir, .base = base};
	struct build_inputs *in = NULL;
	AUTO_STRV struct strv bases = {0};
	struct err e = {0};

	(void)state;
	put(dir, "Dockerfile", "ARG BASE_IMAGE=theirs\nFROM $BASE_IMAGE\n");
	assert_ok(inputs_of(&b, &in, &e));
	build_inputs_images(in, &b, &bases, NULL);
	build_inputs_free(in);
	assert_int_equal(bases.n, 1);
	assert_string_equal(bases.v[0], "mine:2");
	shell("rm %s/Dockerfile", dir);
	assert_int_equal(inputs_of(&b, &in, &e), -1);
	assert_has(e.msg, "there is no Dockerfile at");
	free(base);
	scratch_end(dir);
}

/* What BuildKit says of platforms, unless the build's own arguments do. */
/* Directories and images in the place of names. */
static void test_contexts(void **state)
{
	char *dir = scratch_make();
	struct plan_build b = {.context = dir};
	struct build_inputs *in = NULL;
	AUTO_STRV struct strv images = {0};
	AUTO_FREE char *got = NULL;
	struct err e = {0};

	(void)state;
	put(dir, "Dockerfile",
		"FROM base:latest\nCOPY --from=lib / /\nCOPY --from=tool / /\n"
		"RUN --mount=from=tool:1,target=/x true\n");
	kvs_set(&b.contexts, "lib", dir);
	kvs_set(&b.contexts, "base", CONTEXT_IMAGE "r.io/a:1");
	kvs_set(&b.contexts, "tool", CONTEXT_IMAGE "r.io/tool");
	assert_ok(inputs_of(&b, &in, &e));
	assert_true(build_inputs_images(in, &b, &images, &images));
	build_inputs_free(in);
	got = strv_join(&images, " ");
	assert_string_equal(got, "r.io/a:1 r.io/tool tool:1");
	kvs_free(&b.contexts);
	scratch_end(dir);
}

static void test_platform(void **state)
{
	static const char *const platforms[][2] = {
		{"linux/arm64/v8", "linux/arm64+arm64."},
		{"linux/arm", "linux/arm/v7+arm.v7"},
		{"linux/amd64", "linux/amd64+amd64."}};
	char *dir = scratch_make();

	(void)state;
	put(dir, "Dockerfile",
		"ARG P=$TARGETPLATFORM\nFROM $P+$TARGETARCH.$TARGETVARIANT\n"
		"FROM $BUILDARCH\n");
	for (size_t i = 0; i < COUNT_OF(platforms); i++) {
		AUTO_FREE char *platform = xstrdup(platforms[i][0]);
		struct plan_build b = {.context = dir, .platform = platform};
		struct build_inputs *in = NULL;
		AUTO_STRV struct strv bases = {0};
		struct err e = {0};

		kvs_set(&b.args, "BUILDARCH", "mine");
		assert_ok(inputs_of(&b, &in, &e));
		build_inputs_images(in, &b, &bases, NULL);
		build_inputs_free(in);
		assert_int_equal(bases.n, 2);
		assert_string_equal(bases.v[0], platforms[i][1]);
		assert_string_equal(bases.v[1], "mine");
		kvs_free(&b.args);
	}
	scratch_end(dir);
}

static void add_doubling(struct buf *b)
{
	buf_adds(b, "ARG A0=xxxxxxxxxxxxxxxx\n");
	for (int i = 1; i < 100; i++)
		buf_addf(b, "ARG A%d=$A%d$A%d\n", i, i - 1, i - 1);
	buf_adds(b, "FROM a$A99\n");
}

static void add_nested(struct buf *b)
{
	buf_adds(b, "FROM ");
	for (int i = 0; i < 100000; i++)
		buf_adds(b, "${A:-");
	buf_adds(b, "x");
	for (int i = 0; i < 100000; i++)
		buf_adds(b, "}");
}

static void add_unended(struct buf *b)
{
	for (int i = 0; i < 100000; i++)
		buf_addf(b, "RUN <<E%d\n", i);
}

static void add_stages(struct buf *b)
{
	for (int i = 0; i < 100000; i++)
		buf_addf(b, "FROM a%d AS s%d\n", i, i);
}

static void add_sources(struct buf *b)
{
	for (int i = 0; i < 100000; i++)
		buf_addf(b, "COPY --from=a%d / /\n", i);
}

/* Small files that would take all memory, the stack or hours. */
static void test_bombs(void **state)
{
	static void (*const bombs[])(struct buf *) = {
		add_doubling, add_nested, add_unended, add_stages, add_sources};
	AUTO_KVS struct kvs none = {0};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bombs); i++) {
		AUTO_STRV struct strv bases = {0}, sources = {0};
		AUTO_BUF struct buf text = {0};

		bombs[i](&text);
		dockerfile_images(text.p, text.n, &none, &bases, &sources);
		assert_true(bases.n <= 1001 && sources.n <= 1001);
		assert_true(!bases.n || strlen(bases.v[0]) < 100);
	}
}

/* Any bytes. */
static void test_garbage(void **state)
{
	static const char alphabet[] = "FROM ARG$${}:-+\\\n<EOF\"'`# aA=\t";
	AUTO_KVS struct kvs none = {0};
	unsigned seed = 7;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		AUTO_STRV struct strv bases = {0}, sources = {0};
		char text[96];
		size_t n = (size_t)(round % 96);

		for (size_t i = 0; i < n; i++) {
			seed = seed * 1103515245 + 12345;
			text[i] = alphabet[(seed >> 16) % (sizeof alphabet - 1)];
		}
		dockerfile_images(text, n, &none, &bases, &sources);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bases),
		cmocka_unit_test(test_sources),
		cmocka_unit_test(test_build_bases),
		cmocka_unit_test(test_contexts),
		cmocka_unit_test(test_platform),
		cmocka_unit_test(test_bombs),
		cmocka_unit_test(test_garbage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
