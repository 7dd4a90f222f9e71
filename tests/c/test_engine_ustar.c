/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "engine/container.h"
#include "engine/image.h"
#include "engine/docker/ustar.h"

static void add(struct buf *tar, const char *path, const char *text, uid_t uid)
{
	struct resolved_file f = {.path = xstrdup(path),
		.data = text ? xstrdup(text) : NULL,
		.n = text ? strlen(text) : 0,
		.mode = 0640,
		.uid = uid,
		.gid = 7};
	struct err e = {0};

	assert_ok(ustar_add(tar, &f, &e));
	free(f.path);
	free(f.data);
}

/* The system's tar reads what we write. */
static void test_written(void **state)
{
	char *dir = scratch_make(), *deep = xstrdup("/a");
	AUTO_BUF struct buf tar = {0}, list = {0};
	AUTO_FREE char *file = xasprintf("%s/t.tar", dir);
	AUTO_FREE char *listing = xasprintf("%s/list", dir);
	struct err e = {0};

	(void)state;
	for (int i = 0; i < 6; i++) {
		char *next = xasprintf("%s/%030d", deep, i);

		free(deep);
		deep = next;
	}
	add(&tar, "/etc", NULL, 0);
	add(&tar, "/etc/passwd", "root", 1234567890);
	add(&tar, "/etc/empty", "", 0);
	add(&tar, deep, "x", 2097152); /* the first uid that octal cannot hold */
	ustar_end(&tar);
	assert_int_equal(tar.n % 512, 0);
	assert_ok(file_write(file, tar.p, tar.n, 0600, &e));
	shell("tar --numeric-owner -tvf %s > %s", file, listing);
	assert_ok(file_read(listing, 0, &list, &e));
	assert_has(list.p, "drw-r----- 0/7");
	assert_has(list.p, "-rw-r----- 1234567890/7");
	assert_has(list.p, "etc/passwd");
	assert_has(list.p, " 2097152/7");
	assert_has(list.p, deep + 1);
	free(deep);
	scratch_end(dir);
}

static void test_too_long(void **state)
{
	AUTO_BUF struct buf tar = {0}, path = {0};
	struct resolved_file f = {.mode = 0600};
	struct err e = {0};

	(void)state;
	for (int i = 0; i < 60; i++)
		buf_adds(&path, "/abcdef");
	f.path = path.p;
	assert_int_equal(ustar_add(&tar, &f, &e), -1);
	assert_has(e.msg, "too long");
}

static void test_round_trip_and_cuts(void **state)
{
	AUTO_BUF struct buf tar = {0};
	struct ustar_member m;
	struct err e = {0};
	size_t at = 0;

	(void)state;
	add(&tar, "/f", "hello", 0);
	ustar_end(&tar);
	assert_int_equal(ustar_next(&tar, &at, &m, &e), 1);
	assert_int_equal(m.type, '0');
	assert_int_equal(m.n, 5);
	assert_memory_equal(m.data, "hello", 5);
	assert_int_equal(ustar_next(&tar, &at, &m, &e), 0);
	for (size_t n = 0; n < tar.n; n++) {
		struct buf cut = {.p = xmalloc(n + 1), .n = n, .cap = n + 1};

		memcpy(cut.p, tar.p, n);
		at = 0;
		assert_int_equal(ustar_next(&cut, &at, &m, &e), n >= 512);
		ustar_next(&cut, &at, &m, &e);
		buf_free(&cut);
	}
}

static void test_no_tar(void **state)
{
	AUTO_BUF struct buf tar = {0};
	struct ustar_member m;
	struct err e = {0};
	size_t at = 0;

	(void)state;
	for (int i = 0; i < 600; i++)
		buf_addc(&tar, (char)('a' + i % 26));
	assert_int_equal(ustar_next(&tar, &at, &m, &e), -1);
	tar.n = 0;
	add(&tar, "/f", "hello", 0);
	memcpy(tar.p + 124, "99999999999", 11); /* a size that is no octal number */
	assert_int_equal(ustar_next(&tar, &at, &m, &e), -1);
	memset(tar.p + 124, 0xff, 12); /* base 256, beyond any file */
	assert_int_equal(ustar_next(&tar, &at, &m, &e), -1);
	memset(tar.p + 124, 0, 12);
	memcpy(tar.p + 124, "\x80\0\0\0\0\x7f\xff\xff\xff\xff\xff\xff", 12);
	tar.p[156] = 'x'; /* an extended header that long has no end */
	assert_int_equal(ustar_next(&tar, &at, &m, &e), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_written),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_round_trip_and_cuts),
		cmocka_unit_test(test_no_tar),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
