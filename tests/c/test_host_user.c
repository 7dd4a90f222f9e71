/* SPDX-License-Identifier: MIT */
/* The user database of this machine, and ones that we write. */
#include "user.h"

#include "base/buf.h"
#include "host/user.h"

static void test_this_process(void **state)
{
	AUTO_USER struct host_user u = {0};
	const struct passwd *pw;
	struct err e;

	(void)state;
	assert_ok(host_user_get(&u, &e));
	assert_int_equal(u.uid, getuid());
	assert_int_equal(u.gid, getgid());
	pw = getpwuid(getuid());
	if (pw) {
		assert_string_equal(u.name, pw->pw_name);
		assert_string_equal(u.home, pw->pw_dir);
	}
	assert_non_null(u.gecos);
	assert_non_null(u.shell);
	for (size_t i = 0; i < u.n_groups; i++) {
		assert_int_not_equal(u.groups[i].gid, u.gid);
		assert_non_null(u.groups[i].name);
	}
}

static void test_groups(void **state)
{
	static const char *const none[] = {
		"", "no-such-group", "-1", "1x", " 1", "4294967295", "99999999999"};
	struct host_group g;
	struct err e;
	uid_t uid;

	(void)state;
	assert_ok(host_group_find("root", &g, &e));
	assert_int_equal(g.gid, 0);
	assert_string_equal(g.name, "root");
	free(g.name);
	assert_ok(host_group_find("0", &g, &e));
	assert_string_equal(g.name, "root");
	free(g.name);
	assert_ok(host_group_find("4123456789", &g, &e));
	assert_int_equal(g.gid, 4123456789u);
	assert_string_equal(g.name, "g4123456789");
	free(g.name);
	assert_null(host_group_name(4123456789u));
	for (size_t i = 0; i < COUNT_OF(none); i++)
		if (host_group_find(none[i], &g, &e) == 0 || e.code != ENOENT)
			fail_msg("\"%s\" is taken for a group", none[i]);
	assert_true(host_uid_of("root", &uid));
	assert_int_equal(uid, 0);
	assert_false(host_uid_of("no-such-user", &uid));
	assert_false(host_uid_of("", &uid));
}

static void use(uid_t uid, gid_t gid, const char *passwd, const char *group)
{
	me.uid = uid;
	me.gid = me.groups[0] = gid;
	me.groups[1] = 44;
	me.passwd = passwd;
	me.group = group;
}

static int back_to_this_process(void **state)
{
	(void)state;
	me.passwd = NULL;
	return 0;
}

static void check(const char *name, const char *group, const char *gecos,
	const char *home, const char *sh)
{
	AUTO_USER struct host_user u = {0};
	struct err e = {0};

	assert_ok(host_user_get(&u, &e));
	assert_int_equal(u.uid, me.uid);
	assert_int_equal(u.gid, me.gid);
	assert_string_equal(u.name, name);
	assert_string_equal(u.group, group);
	assert_string_equal(u.gecos, gecos);
	assert_string_equal(u.home, home);
	assert_string_equal(u.shell, sh);
}

static void test_entry(void **state)
{
	(void)state;
	use(1000, 1001,
		"root:x:0:0::/:/bin/sh\nalice:x:1000:1001:Alice A.:/srv/a:/bin/zsh\n",
		"users:x:1001:\n");
	check("alice", "users", "Alice A.", "/srv/a", "/bin/zsh");
	use(1000, 1001, "bob:x:1000:1001:a\tb::\n", "");
	check("bob", "g1001", "a b", "/", "/bin/sh");
	use(54321, 54322, "root:x:0:0::/:/bin/sh\n", "root:x:0:\n");
	check("u54321", "g54322", "", "/home/u54321", "/bin/sh");
	use(0, 0, "root:x:0:0:root:/root:/bin/bash\n", "root:x:0:\n");
	check("root", "root", "root", "/root", "/bin/bash");
}

/* The group of 3000 members needs far more than the first buffer. */
static void test_large_group(void **state)
{
	AUTO_BUF struct buf video = {0};
	AUTO_USER struct host_user u = {0}, v = {0};
	struct err e = {0};

	(void)state;
	buf_adds(&video, "users:x:1001:\nvideo:x:44:");
	for (int i = 0; i < 3000; i++)
		buf_addf(&video, "%smember%d", i ? "," : "", i);
	buf_addc(&video, '\n');
	use(1000, 1001, "alice:x:1000:1001::/srv/a:\n", buf_str(&video));
	assert_ok(host_user_get(&u, &e));
	assert_int_equal(u.n_groups, 1); /* besides its own */
	assert_int_equal(u.groups[0].gid, 44);
	assert_string_equal(u.groups[0].name, "video");
	me.group = "";
	assert_ok(host_user_get(&v, &e));
	assert_string_equal(v.groups[0].name, "g44");
}

/* glibc lets control characters through; a directory service would as well. */
static void test_bad_names(void **state)
{
	AUTO_USER struct host_user u = {0};
	struct err e = {0};

	(void)state;
	use(1000, 1001, "b\rob:x:1000:1001::/:/bin/sh\n", "");
	assert_int_equal(host_user_get(&u, &e), -1);
	assert_null(u.name);
	assert_has(e.msg, "user name");
	use(1000, 1001, "bob:x:1000:1001::/:/bin/sh\n", "us\033ers:x:1001:\n");
	check("bob", "g1001", "", "/", "/bin/sh");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_this_process),
		cmocka_unit_test(test_groups),
		cmocka_unit_test_teardown(test_entry, back_to_this_process),
		cmocka_unit_test_teardown(test_large_group, back_to_this_process),
		cmocka_unit_test_teardown(test_bad_names, back_to_this_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
