/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "engine/wire/endpoint.h"

/* One form for all that means the same. */
static void test_forms(void **state)
{
	static const struct {
		const char *said, *want;
	} cases[] = {
		{"unix:///run/docker.sock", "unix:///run/docker.sock"},
		{"UNIX:///Run", "unix:///Run"},
		{"ssh://box", "ssh://box"},
		{"ssh://box/", "ssh://box"},
		{"SSH://me@box:022", "ssh://me@box:22"},
		{"ssh://me@box:22/run/user/1000/podman/podman.sock",
			"ssh://me@box:22/run/user/1000/podman/podman.sock"},
		{"ssh://[::1]:2222", "ssh://[::1]:2222"},
		{"tcp://box:2376/", "tcp://box:2376"},
		{"https://box:2376", "tcp://box:2376"},
		{"http://box:2375", "http://box:2375"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		AUTO_ENDPOINT struct endpoint p = {0};
		AUTO_FREE char *url = NULL;
		struct err e = {0};

		assert_ok(endpoint_parse(cases[i].said, &p, &e));
		url = endpoint_url(&p);
		assert_string_equal(url, cases[i].want);
	}
}

/* Nothing that a program could take for an option, a command or two words. */
static void test_refused(void **state)
{
	static const char *const cases[] = {
		"",
		"box",
		"ssh",
		"ssh:",
		"ssh:/box",
		"ssh://",
		"ssh:///run/d.sock",
		"ssh://-oProxyCommand=x",
		"ssh://-oProxyCommand=x@box",
		"ssh://a@-box",
		"ssh://-l@box",
		"ssh://box:-1",
		"ssh://box:0",
		"ssh://box:65536",
		"ssh://box:22x",
		"ssh://box: 22",
		"ssh://box:+22",
		"ssh://me:secret@box",
		"ssh://@box",
		"ssh://me@",
		"ssh://me@@box",
		"ssh://a b",
		"ssh://a\nb",
		"ssh://a\tb",
		"ssh://a\033b",
		"ssh://a;b",
		"ssh://a$(b)",
		"ssh://a`b`",
		"ssh://a'b",
		"ssh://a\"b",
		"ssh://a\\b",
		"ssh://a%62",
		"ssh://a,b",
		"ssh://b\xc3\xb6x",
		"ssh://\xff",
		"ssh://box/a b",
		"ssh://box/a'b",
		"ssh://box/a:b",
		"ssh://box/a%b",
		"ssh://box/../b",
		"ssh://box/a/../b",
		"ssh://box/$b",
		"ssh://box/a\nb",
		"ssh://box?x",
		"ssh://box#x",
		"ssh://[::1",
		"ssh://[]",
		"ssh://[a%b]",
		"ssh://[::1]x",
		"ssh://::1",
		"tcp://me@box",
		"tcp://me:secret@box",
		"tcp://box/path",
		"tcp://-x",
		"http://me@box",
		"unix://relative",
		"unix://",
		"fd://",
		"npipe:////x",
		"ftp://box",
		" ssh://box",
		"-ssh://box",
		"ssh ://box",
		"ssh://box/0123456789012345678901234567890123456789012345678901234567890"
		"123456789012345678901234567890123456789",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		AUTO_ENDPOINT struct endpoint p = {0};
		struct err e = {0};

		if (endpoint_parse(cases[i], &p, &e) == 0)
			fail_msg("%s was taken", cases[i]);
		assert_non_null(*e.msg ? e.msg : NULL);
		assert_null(strstr(e.msg, "secret"));
		assert_null(strchr(e.msg, '\n'));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
