/* SPDX-License-Identifier: MIT */
/* Entries of a list of hosts: which texts are one, what they list, which covers which. */
#include "test.h"

#include "base/mem.h"
#include "plan/host_rule.h"

static void test_form(void **state)
{
	static const char *const good[] = {"example.org", "*.example.net:443",
		"localhost", "a_b.c-d", "192.168.1.5:8080", "[2001:db8::1]:443",
		"xn--bcher-kva.example"};
	static const char *const bad[] = {"", "*", "*.", "*.org", "*.1.2.3.4", "a..b",
		".a", "a.", "a:", "a:0", "a:01", "a:65536", "a:x", "0x7f.1", "127.1",
		"2130706433", "01.2.3.4", "::1", "[::1", "[1.2.3.4]", "[::0001]",
		"http://a", "a/b", "a b", "b\303\274cher", "a.org ", "a*b.org", "*.*.org",
		"a@b"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++)
		assert_int_equal(check_host_rule(good[i], NULL), 0);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (check_host_rule(bad[i], NULL) == 0)
			fail_msg("%s", bad[i]);
}

static void test_lists(void **state)
{
	static const struct {
		const char *rule, *host;
		unsigned port;
		bool yes;
	} t[] = {{"a.org", "a.org", 443, true}, {"a.org", "a.org", 80, true},
		{"a.org", "a.org", 22, false}, {"a.org", "b.a.org", 80, false},
		{"a.org", "xa.org", 80, false}, {"a.org:22", "a.org", 22, true},
		{"a.org:22", "a.org", 80, false}, {"a.org:22", "a.org", 0, true},
		{"*.a.org", "b.a.org", 443, true}, {"*.a.org", "c.b.a.org", 443, true},
		{"*.a.org", "a.org", 443, false}, {"*.a.org", "ba.org", 443, false},
		{"[::1]:80", "::1", 80, true}, {"1.2.3.4", "1.2.3.4", 443, true}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(t); i++)
		if (host_rule_lists(t[i].rule, t[i].host, t[i].port) != t[i].yes)
			fail_msg("%s %s:%u", t[i].rule, t[i].host, t[i].port);
}

static void test_covers(void **state)
{
	static const struct {
		const char *granted, *wanted;
		bool yes;
	} t[] = {{"a.org", "a.org:443", true}, {"a.org", "a.org", true},
		{"a.org:443", "a.org", false}, {"a.org", "a.org:22", false},
		{"*.a.org", "b.a.org:443", true}, {"*.a.org", "*.b.a.org", true},
		{"*.a.org", "*.a.org:80", true}, {"*.a.org", "a.org", false},
		{"b.a.org", "*.a.org", false}, {"*.b.a.org", "*.a.org", false},
		{"broken ", "a.org", false}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(t); i++)
		if (host_rule_covers(t[i].granted, t[i].wanted) != t[i].yes)
			fail_msg("%s %s", t[i].granted, t[i].wanted);
}

static void test_text(void **state)
{
	char out[HOST_MAX];

	(void)state;
	assert_true(host_text("Good.TEST.", 10, out));
	assert_string_equal(out, "good.test");
	assert_false(host_text("good.test..", 11, out));
	assert_false(host_text("a\0b", 3, out));
	assert_false(host_text(".", 1, out));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_form),
		cmocka_unit_test(test_lists), cmocka_unit_test(test_covers),
		cmocka_unit_test(test_text)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
