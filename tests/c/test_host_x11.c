/* SPDX-License-Identifier: MIT */
/* Names of displays, and the cookies that belong to them. */
#include "authority.h"

#include "host/x11/x11.h"
#include "host/x11/x11_access.h"

static char *scratch;
static struct err e;

static void test_names(void **state)
{
	static const struct {
		const char *display, *host, *socket;
		int number, screen;
	} cases[] = {
		{":0", "", "/tmp/.X11-unix/X0", 0, 0},
		{":0.1", "", "/tmp/.X11-unix/X0", 0, 1},
		{":10.0", "", "/tmp/.X11-unix/X10", 10, 0},
		{"unix:0.0", "", "/tmp/.X11-unix/X0", 0, 0},
		{"unix/:3", "", "/tmp/.X11-unix/X3", 3, 0},
		{"unix/machine:3", "", "/tmp/.X11-unix/X3", 3, 0},
		{"localhost:10.0", "localhost", "", 10, 0},
		{"tcp/far.example.org:2", "far.example.org", "", 2, 0},
		{"127.0.0.1:11", "127.0.0.1", "", 11, 0},
		{"::1:11.2", "::1", "", 11, 2},
		{"[fe80::1]:0", "fe80::1", "", 0, 0},
		{"inet6/[::1]:0", "::1", "", 0, 0},
		{"unixes:0", "unixes", "", 0, 0},
		{"/tmp/launch-x/org.xquartz:0", "", "/tmp/launch-x/org.xquartz:0", 0, 0},
		{"/tmp/launch-x/org.xquartz:7.1", "", "/tmp/launch-x/org.xquartz:7", 7,
			1},
		{"unix:/tmp/socket:4", "", "/tmp/socket:4", 4, 0},
		{"/tmp/.X11-unix/X12", "", "/tmp/.X11-unix/X12", 12, 0},
		{"/tmp/plain", "", "/tmp/plain", 0, 0},
		{":59535", "", "/tmp/.X11-unix/X59535", 59535, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct x11_display d;

		if (x11_parse(cases[i].display, &d, &e) < 0)
			fail_msg("%s: %s", cases[i].display, e.msg);
		if (strcmp(d.host, cases[i].host) != 0 ||
			strcmp(d.socket, cases[i].socket) != 0 ||
			d.number != cases[i].number || d.screen != cases[i].screen)
			fail_msg("%s: host \"%s\", socket \"%s\", %d.%d",
				cases[i].display, d.host, d.socket, d.number, d.screen);
	}
}

static void test_names_that_are_none(void **state)
{
	static const char *const bad[] = {"", "0", ":", ":x", ":-1", ":0.", ":0.x",
		":0.1.2", ":0 ", " :0x", ":59536", ":99999999999", ":0.256", "host",
		"host:", "a/b:0", "tcp/:0", "[]:0", "tcp/a/b:0"};
	char longest[600];
	struct x11_display d;

	(void)state;
	assert_int_equal(x11_parse(NULL, &d, &e), -1);
	assert_non_null(strstr(e.msg, "DISPLAY is not set"));
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (x11_parse(bad[i], &d, &e) == 0 || e.code != EINVAL)
			fail_msg("\"%s\" is taken for a display", bad[i]);
	memset(longest, 'a', sizeof longest);
	memcpy(longest + sizeof longest - 3, ":0", 3);
	assert_int_equal(x11_parse(longest, &d, &e), -1);
	longest[0] = '/';
	assert_int_equal(x11_parse(longest, &d, &e), -1);
	assert_int_equal(e.code, ENAMETOOLONG);
}

static void test_random_names(void **state)
{
	static const char letters[] = ":/.0123456789unix[]tcp\n\xff";

	(void)state;
	for (int i = 0; i < 200000; i++) {
		char name[24];
		size_t n = noise() % sizeof name;
		struct x11_display d;

		for (size_t k = 0; k < n; k++)
			name[k] = letters[noise() % (sizeof letters - 1)];
		name[n] = 0;
		if (x11_parse(name, &d, &e) == 0) {
			assert_true(d.number >= 0 && d.number <= 59535);
			assert_true(!d.host[0] != !d.socket[0]);
		}
	}
}

/* The one entry of what x11_cookie() gave, read by libXau. */
static Xauth *read_one(const struct buf *b)
{
	FILE *f = fmemopen(b->p, b->n, "rb");
	Xauth *x, *more;

	assert_non_null(f);
	x = XauReadAuth(f);
	more = XauReadAuth(f);
	fclose(f);
	assert_non_null(x);
	assert_null(more);
	return x;
}

static void expect_cookie(const char *display, const char *cookie)
{
	AUTO_BUF struct buf b = {0};
	bool found;
	Xauth *x;

	assert_ok(x11_cookie(display, "7", &b, &found, &e));
	if (!cookie && found)
		fail_msg("%s has a cookie", display);
	if (!cookie)
		return;
	if (!found)
		fail_msg("%s has no cookie", display);
	x = read_one(&b);
	assert_int_equal(x->family, FamilyWild);
	assert_int_equal(x->address_length, 0);
	assert_int_equal(x->number_length, 1);
	assert_memory_equal(x->number, "7", 1);
	assert_int_equal(x->name_length, 18);
	assert_memory_equal(x->name, "MIT-MAGIC-COOKIE-1", 18);
	assert_int_equal(x->data_length, strlen(cookie));
	assert_memory_equal(x->data, cookie, strlen(cookie));
	XauDisposeAuth(x);
}

static void test_cookie_fits_any_host(void **state)
{
	AUTO_FREE char *path = path_join(scratch, "authority");
	char host[256] = "";

	(void)state;
	gethostname(host, sizeof host - 1);
	setenv("XAUTHORITY", path, 1);
	authority_add(path, FamilyLocal, "another-host", "3", "wrong host", 10);
	authority_add(path, FamilyLocal, host, "4", "number 4", 8);
	authority_add(path, FamilyLocal, host, "3", "number 3", 8);
	authority_add(path, FamilyLocal, host, "10", "ssh", 3);
	authority_add(path, 0, "\x7f\1\1\1", "5", "loopback", 8);
	authority_add(path, 0, "\xc0\1\2\3", "5", "far", 3);
	authority_add(path, FamilyWild, "", "6", "wild", 4);
	expect_cookie(":3", "number 3");
	expect_cookie("unix:3.0", "number 3");
	expect_cookie(":4", "number 4");
	expect_cookie("localhost:10.0", "ssh");
	expect_cookie("127.0.0.1:10", "ssh");
	expect_cookie("192.1.2.3:5", "far");
	expect_cookie("192.1.2.4:5", NULL);
	expect_cookie("192.1.2.4:6", "wild");
	expect_cookie(":6", "wild");
	expect_cookie(":8", NULL);
	authority_add(path, FamilyWild, "", "", "any", 3);
	expect_cookie(":8", "any");
}

static void test_no_authority(void **state)
{
	AUTO_FREE char *fifo = path_join(scratch, "fifo"),
		       *empty = path_join(scratch, "empty");

	(void)state;
	setenv("XAUTHORITY", "/nonexistent/authority", 1);
	expect_cookie(":0", NULL);
	setenv("XAUTHORITY", scratch, 1);
	expect_cookie(":0", NULL);
	setenv("XAUTHORITY", "/dev/zero", 1); /* entries without end */
	expect_cookie(":0", NULL);
	put("/", empty, "");
	setenv("XAUTHORITY", empty, 1);
	expect_cookie(":0", NULL);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	setenv("XAUTHORITY", fifo, 1);
	expect_cookie(":0", NULL);
}

static void test_random_authority(void **state)
{
	AUTO_FREE char *path = path_join(scratch, "noise");

	(void)state;
	setenv("XAUTHORITY", path, 1);
	for (int i = 0; i < 2000; i++) {
		AUTO_BUF struct buf b = {0};
		unsigned char bytes[200];
		bool found;

		/* Small counts, so that entries come out now and then. */
		for (size_t k = 0; k < sizeof bytes; k++)
			bytes[k] = (unsigned char)(noise() % 4 ? noise() % 3 : noise());
		assert_ok(file_write(path, bytes, noise() % sizeof bytes, 0600, &e));
		assert_ok(x11_cookie(":0", "0", &b, &found, &e));
	}
}

static int setup(void **state)
{
	(void)state;
	scratch = scratch_make();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	scratch_end(scratch);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_names_that_are_none),
		cmocka_unit_test(test_random_names),
		cmocka_unit_test(test_cookie_fits_any_host),
		cmocka_unit_test(test_no_authority),
		cmocka_unit_test(test_random_authority),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
