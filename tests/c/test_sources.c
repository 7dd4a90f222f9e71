/* SPDX-License-Identifier: MIT */
/* What was looked at is what is mounted. */
#include "resolve_test.h"

#include <errno.h>

#include "launch/resolve/sources.h"

static char project[] = "/tmp/cnnrun-sources-XXXXXX";

static void resolve_ok(const char *members, struct resolved *s)
{
	static const struct engine_facts facts;
	AUTO_RIGHTS struct rights rights = {0};
	struct err e = {0};

	if (resolve_members(members, project, &facts, s, &rights, &e) < 0)
		fail_msg("%s: %s", members, e.msg);
}

static void missing_sources(void **state)
{
	static const struct engine_facts facts;
	AUTO_RESOLVED struct resolved s, t, u;
	AUTO_RIGHTS struct rights rights = {0};
	struct err e = {0};
	AUTO_FREE char *made = path_join(project, "made/here");
	struct stat st;

	(void)state;
	assert_int_equal(
		resolve_members("\"mount\":[{\"source\":\"gone\",\"target\":\"/x\"}],"
				"\"at\":{\"mount/0\":\"gui.lua:9\"}",
			project, &facts, &s, &rights, &e),
		-1);
	assert_non_null(strstr(e.msg, "gui.lua:9: mount "));
	assert_non_null(strstr(e.msg, "No such file or directory; make it"));
	resolve_ok(
		"\"mount\":[{\"source\":\"gone\",\"target\":\"/x\",\"optional\":true}]",
		&t);
	assert_int_equal(t.n_mounts, 0);
	resolve_ok("\"mount\":[{\"source\":\"made/here\",\"target\":\"/"
		   "x\",\"create\":true}]",
		&u);
	assert_int_equal(stat(made, &st), -1); /* a plan makes nothing */
	assert_true(u.mounts[0].create);
	assert_string_equal(u.mounts[0].source, made);
}

static void a_source_that_was_exchanged_is_not_mounted(void **state)
{
	AUTO_FREE char *data = path_join(project, "data"),
		       *away = path_join(project, "away");
	AUTO_RESOLVED struct resolved s;
	struct err e = {0};

	(void)state;
	assert_int_equal(mkdir(data, 0700), 0);
	resolve_ok("\"mount\":[{\"source\":\"data\",\"target\":\"/d\"}]", &s);
	assert_int_equal(sources_check(&s, &e), 0);
	assert_int_equal(rename(data, away), 0);
	assert_int_equal(sources_check(&s, &e), -1);
	assert_non_null(strstr(e.msg, "it is at "));
	assert_int_equal(e.code, ESTALE);
	assert_int_equal(symlink("/etc", data), 0);
	assert_int_equal(sources_check(&s, &e), -1);
	unlink(data);
	assert_int_equal(mkdir(data, 0700), 0);
	assert_int_equal(sources_check(&s, &e), -1);
	assert_int_equal(rmdir(data), 0);
	assert_int_equal(rename(away, data), 0);
	assert_int_equal(sources_check(&s, &e), 0);
	assert_int_equal(rmdir(data), 0);
	assert_int_equal(sources_check(&s, &e), -1);
	assert_non_null(strstr(e.msg, "it is gone by now"));
}

static void what_is_made_is_made_where_it_was_said(void **state)
{
	AUTO_FREE char *new = path_join(project, "new"),
		       *hole = path_join(project, "hole");
	AUTO_RESOLVED struct resolved s, t;
	struct err e = {0};
	struct stat st, opened;

	(void)state;
	resolve_ok(
		"\"mount\":[{\"source\":\"new/dir\",\"target\":\"/d\",\"create\":true}]",
		&s);
	assert_int_equal(stat(new, &st), -1);
	assert_int_equal(sources_make(&s, &e), 0);
	assert_int_equal(sources_check(&s, &e), 0);
	assert_int_equal(stat(s.mounts[0].source, &st), 0);
	assert_int_equal(fstat(s.mounts[0].fd, &opened), 0);
	assert_int_equal(opened.st_ino, st.st_ino);
	assert_int_equal(symlink("/nowhere/at/all", hole), 0);
	resolve_ok("\"mount\":[{\"source\":\"hole\",\"target\":\"/d\",\"create\":true}]",
		&t);
	assert_int_equal(sources_make(&t, &e), -1);
}

static int set_up(void **state)
{
	(void)state;
	return mkdtemp(project) ? 0 : -1;
}

static int tear_down(void **state)
{
	AUTO_FREE char *line = xasprintf("rm -rf %s", project);

	(void)state;
	return system(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(missing_sources),
		cmocka_unit_test(a_source_that_was_exchanged_is_not_mounted),
		cmocka_unit_test(what_is_made_is_made_where_it_was_said),
	};

	mem_init();
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
