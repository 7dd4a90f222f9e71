/* SPDX-License-Identifier: MIT */
/* The user database of this machine, and in a private mount namespace one that we write.
 */
#include "host_test.h"

#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <sys/mount.h>

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

/* Runs body in a child that is uid:gid with two groups and has our passwd and group
 * files; its exit status. */
static int as_user(
	uid_t uid, gid_t gid, const char *passwd, const char *group, int (*body)(void))
{
	AUTO_FREE char *dir = scratch_make();
	AUTO_FREE char *p = path_join(dir, "passwd"), *g = path_join(dir, "group");
	const gid_t groups[] = {gid, 44, 991};
	int status = -1;
	pid_t pid;

	write_text(p, passwd);
	write_text(g, group);
	assert_int_equal(chmod(dir, 0755) | chmod(p, 0644) | chmod(g, 0644), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (unshare(CLONE_NEWNS) < 0 ||
			mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
			mount(p, "/etc/passwd", NULL, MS_BIND, NULL) < 0 ||
			mount(g, "/etc/group", NULL, MS_BIND, NULL) < 0)
			_exit(77);
		if (setgroups(COUNT_OF(groups), groups) < 0 || setgid(gid) < 0 ||
			setuid(uid) < 0)
			_exit(78);
		_exit(body());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	scratch_remove(dir);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* In the child there is no cmocka: the number of the first thing that is wrong. */
static int differs(const struct host_user *u, const char *name, const char *group,
	const char *gecos, const char *home, const char *shell)
{
	if (strcmp(u->name, name) != 0)
		return 1;
	if (strcmp(u->group, group) != 0)
		return 2;
	if (strcmp(u->gecos, gecos) != 0)
		return 3;
	if (strcmp(u->home, home) != 0)
		return 4;
	return strcmp(u->shell, shell) != 0 ? 5 : 0;
}

static int ordinary(void)
{
	AUTO_USER struct host_user u = {0};
	int rc;

	if (host_user_get(&u, NULL) < 0)
		return 10;
	rc = differs(&u, "alice", "users", "Alice A.", "/srv/alice", "/bin/zsh");
	if (rc)
		return rc;
	if (u.n_groups != 2 || u.groups[0].gid != 44 || u.groups[1].gid != 991)
		return 11;
	/* The group of 3000 members needs far more than the first buffer. */
	return strcmp(u.groups[0].name, "video") != 0 ||
			       strcmp(u.groups[1].name, "g991") != 0
		       ? 12
		       : 0;
}

static int without_entry(void)
{
	AUTO_USER struct host_user u = {0};

	if (host_user_get(&u, NULL) < 0)
		return 10;
	return differs(&u, "u54321", "g54322", "", "/home/u54321", "/bin/sh");
}

static int bare_entry(void)
{
	AUTO_USER struct host_user u = {0};

	if (host_user_get(&u, NULL) < 0)
		return 10;
	return differs(&u, "bob", "g1001", "a b", "/", "/bin/sh");
}

/* glibc lets control characters through; a directory service would as well. */
static int bad_name(void)
{
	AUTO_USER struct host_user u = {0};
	struct err e = {0};

	if (host_user_get(&u, &e) == 0)
		return 10;
	return u.name || !strstr(e.msg, "user name") ? 11 : 0;
}

static int bad_group(void)
{
	AUTO_USER struct host_user u = {0};

	if (host_user_get(&u, NULL) < 0)
		return 10;
	return strcmp(u.group, "g1001") != 0;
}

static void test_other_databases(void **state)
{
	AUTO_BUF struct buf video = {0};

	(void)state;
	if (geteuid() != 0) {
		print_message("needs root for another /etc/passwd\n");
		skip();
	}
	buf_adds(&video, "users:x:1001:\nvideo:x:44:");
	for (int i = 0; i < 3000; i++)
		buf_addf(&video, "%smember%d", i ? "," : "", i);
	buf_addc(&video, '\n');
	assert_int_equal(
		as_user(1000, 1001, "alice:x:1000:1001:Alice A.:/srv/alice:/bin/zsh\n",
			video.p, ordinary),
		0);
	assert_int_equal(as_user(54321, 54322, "root:x:0:0::/:/bin/sh\n", "root:x:0:\n",
				 without_entry),
		0);
	assert_int_equal(
		as_user(1000, 1001, "bob:x:1000:1001:a\tb::\n", "", bare_entry), 0);
	assert_int_equal(
		as_user(1000, 1001, "b\rob:x:1000:1001::/:/bin/sh\n", "", bad_name), 0);
	assert_int_equal(as_user(1000, 1001, "bob:x:1000:1001::/:/bin/sh\n",
				 "us\033ers:x:1001:\n", bad_group),
		0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_this_process),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_other_databases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
