/* SPDX-License-Identifier: MIT */
/* What of the machine's network a Dockerfile reaches, in whatever way it is written. */
#include "test.h"

#include "build/reach.h"

/* Hosts, joined by spaces; a frontend with "=", a step's host network as "net", without
 * confinement as "insecure". */
static char *reached(const char *text, size_t n)
{
	AUTO_BUILD_REACH struct build_reach r = {0};
	AUTO_BUF struct buf b = {0};

	build_reach_read(text, n, &r);
	for (size_t i = 0; i < r.frontends.n; i++)
		buf_addf(&b, "=%s ", r.frontends.v[i]);
	for (size_t i = 0; i < r.hosts.n; i++)
		buf_addf(&b, "%s ", r.hosts.v[i]);
	buf_addf(&b, "%s%s", r.host_network ? "net " : "", r.insecure ? "insecure " : "");
	return buf_take(&b);
}

static void check(const char *const (*cases)[2], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		AUTO_FREE char *got = reached(cases[i][0], strlen(cases[i][0]));

		if (strcmp(got, cases[i][1]) != 0)
			fail_msg("%s: '%s' is not '%s'", cases[i][0], got, cases[i][1]);
	}
}

static void test_nothing(void **state)
{
	static const char *const cases[][2] = {
		{"", ""},
		{"FROM debian:12\nRUN true\n", ""},
		{"# syntax=docker/dockerfile:1\nFROM a\n", ""},
		{"#syntax = docker.io/docker/dockerfile:1.7 extra\nFROM a\n", ""},
		{"FROM a\n# syntax=evil/x\n", ""},
		{"FROM a\nADD dir/app-$VERSION.jar /\n", ""},
		{"FROM a\nADD lib.tar /\nADD [\"a b\", \"/\"]\n", ""},
		{"FROM a\nRUN curl http://127.0.0.1/\n", ""},
		{"FROM a\nRUN --network=none true\nRUN --network=default true\n", ""},
		{"FROM a\n# ADD http://h/ /\n", ""},
		{"FROM a\nADDRESS http://h/ /\n", ""},
	};

	(void)state;
	check(cases, COUNT_OF(cases));
}

static void test_registries(void **state)
{
	static const char *const cases[][2] = {
		{"FROM a AS b\nCOPY --from=b / /\nCOPY --from=0 / /\n", ""},
		{"COPY --from=r.io/a / /\n", ""},
		{"COPY --chown=1 --FROM=\"127.0.0.1/a\" / /\n", "127.0.0.1 "},
		{"COPY --from=127.0.0.1:5000/x / /\n", "127.0.0.1:5000 "},
		{"FROM a AS localhost:1/x\nCOPY --from=localhost:1/x / /\n",
			"localhost:1 "},
		{"COPY --from=$X / /\n", "anywhere "},
		{"RUN --mount=type=bind,from=localhost:1/a,target=/x true\n",
			"localhost:1 "},
		{"RUN --mount=\"target=/x,FROM=localhost:1/a\" true\n", "localhost:1 "},
		{"RUN --mount=type=cache,target=/x \\\n --mount=from=[::1]/b,target=/y "
		 "true\n",
			"[::1] "},
		{"RUN restore --from=$X --from=backup.example/x\n", ""},
		{"RUN <<E\nCOPY --from=127.1/a / /\nE\n", "127.1 "},
		{"ONBUILD COPY --from=localhost:1/a / /\n", "localhost:1 "},
	};

	(void)state;
	check(cases, COUNT_OF(cases));
}

static void test_hosts(void **state)
{
	static const char *const cases[][2] = {
		{"ADD http://127.0.0.1:8000/x /y\n", "127.0.0.1:8000 "},
		{"add HTTPS://LocalHost/x /y", "localhost "},
		{"\t ADD\thttp://h /y", "h "},
		{"ADD --chown=1:1 --checksum=sha256:x http://h/a /y", "h "},
		{"ADD a http://u:p@h:1/b c /y", "h:1 "},
		{"ADD http://a@b@c/ /y", "c "},
		{"ADD http://h?q /y", "h "},
		{"ADD http://[::1]:80/x /y", "[::1]:80 "},
		{"ADD http://0x7f.1/x /y", "0x7f.1 "},
		{"ADD [\"http://h/x\", \"/y\"]", "h "},
		{"ADD --link [ \"http:\\/\\/h/x\",\"/y\" ]", "h "},
		{"ADD [\"\\u0068ttp://h/x\", \"/y\"]", "h "},
		{"ADD \"http://h/x\" /y", "h "},
		{"ADD h't'tp:\\//h/x /y", "h "},
		{"ADD git://h/x.git /y", "h "},
		{"ADD git@h:x.git /y", "h "},
		{"ADD ssh://git@h:2/x /y", "h:2 "},
		{"ADD github.com/a/b /y", "github.com "},
		{"ONBUILD ADD http://h/x /y", "h "},
		{"onbuild  onbuild add http://h/x /y", "h "},
		{"ADD http://a/ /\nADD http://b/ /\nADD http://a/c /", "a b "},
		/* what a variable stands for is not known before the build */
		{"ARG H=h\nADD http://$H/x /y", "anywhere "},
		{"ADD $URL /y", "anywhere "},
		{"ADD ${A:-http}://h/x /y", "anywhere "},
		{"ADD ht${X}tp://h/ /y", "anywhere "},
		{"ADD http://h$X/x /y", "anywhere "},
		{"ADD http://h/$X /y", "h "},
		{"ADD http:// /y", "anywhere "},
	};

	(void)state;
	check(cases, COUNT_OF(cases));
}

/* What one builder takes for a line of its own and another does not. */
static void test_hidden(void **state)
{
	static const char nul[] = "FROM a\0\nADD http://h/x /y\n";
	static const char *const cases[][2] = {
		{"AD\\\nD http://h/x /y", "h "},
		{"ADD \\\n  http://h/x \\\n  /y", "h "},
		{"ADD \\\n# a remark\n\n  http://h/x /y", "h "},
		{"ADD ht\\\ntp://h/x /y", "h "},
		{"ADD \\   \r\nhttp://h/x /y", "h "},
		{"# escape=`\nADD `\nhttp://h/x /y", "h "},
		{"# escape=`\nRUN dir c:\\\nADD http://h/x /y", "h "},
		{"# escapex=`\nRUN a `\nADD http://h/x /y", "h "},
		{"RUN true <<CMD\nADD http://h/x /y\nCMD\n", "h "},
		{"RUN true <<'E\\'\nx\nE\\\nADD http://h/x /y", "h "},
		{"RUN cat <<EOF\n\tADD http://h/x /y\nEOF\n", "h "},
		{"\xef\xbb\xbf"
		 "ADD http://h/x /y",
			"h "},
		{"\xc2\xa0"
		 "ADD http://h/x /y",
			"h "},
		{"ADD --chown=1\xc2\xa0http://h/x /y", "h "},
		{"FROM a\rADD b", ""},
	};
	AUTO_FREE char *got = reached(nul, sizeof nul - 1);

	(void)state;
	check(cases, COUNT_OF(cases));
	assert_string_equal(got, "h ");
}

static void test_steps_and_frontends(void **state)
{
	static const char *const cases[][2] = {
		{"RUN --network=host true", "net "},
		{"run --mount=type=cache,target=/x --network=host true", "net "},
		{"RUN --network=\"host\" true", "net "},
		{"RUN --network=$N true", "net "},
		{"RUN --security=insecure true", "insecure "},
		{"ONBUILD RUN --network=host true", "net "},
		{"# syntax=evil/x:1\nFROM a", "=evil/x:1 "},
		{"# a remark\n\n#  SYNTAX = evil/x more\nFROM a", "=evil/x "},
		{"#!/bin/x\n# syntax=evil/x\nFROM a", "=evil/x "},
		{"// syntax=evil/x\nFROM a", "=evil/x "},
		{"# syntax=docker/dockerfilex:1\nFROM a", "=docker/dockerfilex:1 "},
		{"# syntax=h/docker/dockerfile\nFROM a", "=h/docker/dockerfile "},
		{"{\"syntax\": \"evil/x\"}", "=that the Dockerfile names "},
	};

	(void)state;
	check(cases, COUNT_OF(cases));
}

static void test_registry(void **state)
{
	static const char *const cases[][2] = {{"debian:12", NULL}, {"ghcr.io/a/b", NULL},
		{"localhost/a", NULL}, {"a/b:1", NULL}, {"127.0.0.1", NULL},
		{"localhost:5000/a:1", "localhost:5000"}, {"127.0.0.1/a", "127.0.0.1"},
		{"169.254.169.254:80/a/b@sha256:0", "169.254.169.254:80"},
		{"[::1]:5000/a", "[::1]:5000"}, {"2130706433/a", "2130706433"}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		AUTO_FREE char *got = reach_registry(cases[i][0]);

		if (!cases[i][1])
			assert_null(got);
		else
			assert_string_equal(got, cases[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_registries),
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_hidden),
		cmocka_unit_test(test_steps_and_frontends),
		cmocka_unit_test(test_registry),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
