/* SPDX-License-Identifier: MIT */
/* The parts of a network's filter: which addresses are everybody's, and its parsers at
 * every length of their input. */
#include "test.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/mem.h"
#include "launch/filter/dial.h"
#include "launch/filter/dns.h"
#include "launch/filter/head.h"
#include "launch/filter/hello.h"
#include "launch/filter/names.h"

static bool is_public(const char *text)
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	struct sockaddr_in6 b = {.sin6_family = AF_INET6};

	if (inet_pton(AF_INET, text, &a.sin_addr) == 1)
		return dial_is_public((struct sockaddr *)&a);
	assert_int_equal(inet_pton(AF_INET6, text, &b.sin6_addr), 1);
	return dial_is_public((struct sockaddr *)&b);
}

static void test_addresses(void **state)
{
	static const char *const kept[] = {"0.0.0.0", "10.1.2.3", "100.64.0.1",
		"127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",
		"172.31.255.255", "192.168.0.1", "198.18.0.1", "224.0.0.1",
		"255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8",
		"64:ff9b::7f00:1", "fe80::1", "fd00::1", "ff02::1",
		"2002:7f00:1::", "2001:0:1::", "2001:db8::1"};
	static const char *const open[] = {"1.1.1.1", "9.255.255.255", "11.0.0.0",
		"126.255.255.255", "128.0.0.1", "172.15.255.255", "172.32.0.0",
		"192.167.1.1", "223.255.255.255", "2606:4700::1", "2a00::1"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(kept); i++)
		if (is_public(kept[i]))
			fail_msg("%s", kept[i]);
	for (size_t i = 0; i < COUNT_OF(open); i++)
		if (!is_public(open[i]))
			fail_msg("%s", open[i]);
}

static void test_names(void **state)
{
	static const uint8_t query[] =
		"\0\1\1\0\0\1\0\0\0\0\0\0\4good\4test\0\0\1\0\1"; /* and a NUL */
	const size_t n = sizeof query - 1;
	AUTO_STRV struct strv rules = {0};
	uint8_t out[DNS_MAX], broken[sizeof query];
	char name[HOST_MAX];
	struct in_addr a;

	(void)state;
	strv_add(&rules, "good.test");
	names_begin(&rules);
	assert_int_equal(dns_answer(query, n, out), n + 16);
	assert_int_equal(out[3] & 15, 0);
	memcpy(&a, out + n + 12, 4);
	assert_true(names_of(a, name));
	assert_string_equal(name, "good.test");
	a.s_addr = htonl(ntohl(a.s_addr) + 1);
	assert_false(names_of(a, name));
	for (size_t k = 0; k < n; k++)
		assert_true(dns_answer(query, k, out) <= DNS_MAX);
	for (size_t k = 0; k < n; k++)
		for (int v = 0; v < 256; v++) {
			memcpy(broken, query, sizeof broken);
			broken[k] = (uint8_t)v;
			assert_true(dns_answer(broken, n, out) <= DNS_MAX);
		}
}

static size_t make_hello(uint8_t *p, const char *name)
{
	size_t n = strlen(name), at = 5 + 4 + 2 + 32;

	memset(p, 0, at);
	memcpy(p + at, "\0\0\2\x13\1\1\0", 7);
	at += 7;
	memcpy(p + at,
		(uint8_t[]){0, (uint8_t)(n + 9), 0, 0, 0, (uint8_t)(n + 5), 0,
			(uint8_t)(n + 3), 0, 0, (uint8_t)n},
		11);
	at += 11;
	memcpy(p + at, name, n);
	at += n;
	memcpy(p,
		(uint8_t[]){
			22, 3, 1, 0, (uint8_t)(at - 5), 1, 0, 0, (uint8_t)(at - 9), 3, 3},
		11);
	return at;
}

static void test_hello(void **state)
{
	uint8_t hello[256], broken[256];
	size_t n = make_hello(hello, "Good.test");
	char name[HOST_MAX];

	(void)state;
	assert_int_equal(hello_name(hello, n, name), HELLO_NAMED);
	assert_string_equal(name, "good.test");
	for (size_t k = 0; k < n; k++)
		assert_int_equal(hello_name(hello, k, name), HELLO_MORE);
	for (size_t k = 0; k < n; k++)
		for (int v = 0; v < 256; v++) {
			memcpy(broken, hello, n);
			broken[k] = (uint8_t)v;
			hello_name(broken, n, name);
		}
	n = make_hello(hello, "1.2.3");
	assert_int_equal(hello_name(hello, n, name), HELLO_UNNAMED);
	assert_int_equal(hello_name((const uint8_t *)"GET / HTTP", 10, name), HELLO_NONE);
}

static void test_head(void **state)
{
	static const struct {
		const char *text, *host;
		unsigned port; /* 0 = it is bad */
		const char *out;
	} t[] = {{"GET /x HTTP/1.1\r\nHost: A.test\r\nConnection: keep-alive\r\n\r\n",
			 "a.test", 80,
			 "GET /x HTTP/1.1\r\nHost: A.test\r\nConnection: close\r\n\r\n"},
		{"GET http://a.test:81/y?z HTTP/1.1\r\nHost: a.test:81\r\n\r\n", "a.test",
			81,
			"GET /y?z HTTP/1.1\r\nHost: a.test:81\r\nConnection: "
			"close\r\n\r\n"},
		{"GET http://a.test?z HTTP/1.1\r\nHost: a.test\r\n\r\n", "a.test", 80,
			"GET /?z HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n"},
		{"CONNECT a.test:443 HTTP/1.1\r\n\r\n", "a.test", 443, NULL},
		{"CONNECT [::1]:443 HTTP/1.1\r\n\r\n", "::1", 443, NULL},
		{"CONNECT a.test:0 HTTP/1.1\r\n\r\n", NULL, 0, NULL},
		{"CONNECT : HTTP/1.1\r\n\r\n", NULL, 0, NULL},
		{"\r\n\r\n", NULL, 0, NULL}, {"GET  HTTP/1.1\r\n\r\n", NULL, 0, NULL},
		{"GET / HTTP/2.0\r\nHost: a\r\n\r\n", NULL, 0, NULL},
		{"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", NULL, 0, NULL},
		{"GET / HTTP/1.1\r\nHost: a\r\n X: y\r\n\r\n", NULL, 0, NULL},
		{"GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", NULL, 0, NULL},
		{"GET http:// HTTP/1.1\r\nHost: a\r\n\r\n", NULL, 0, NULL},
		{"GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", NULL, 0, NULL}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(t); i++) {
		size_t n = strlen(t[i].text);
		struct head h;

		assert_int_equal(head_length(t[i].text, n), n);
		assert_int_equal(head_length(t[i].text, n - 1), 0);
		head_read(t[i].text, n, &h);
		if (!t[i].port != (h.bad != NULL))
			fail_msg("%s: %s", t[i].text, h.bad ? h.bad : "is fine");
		if (t[i].port) {
			assert_string_equal(h.host, t[i].host);
			assert_int_equal(h.port, t[i].port);
		}
		if (t[i].out)
			assert_string_equal(buf_str(&h.out), t[i].out);
		buf_free(&h.out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_names), cmocka_unit_test(test_hello),
		cmocka_unit_test(test_head)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
