/* SPDX-License-Identifier: MIT */
/* Carried directories, the part without an engine: the order of lists, the list that is
 * kept, what may come home, and how a file comes to its place. */
#include "test.h"

#include <fcntl.h>

#include "launch/carry/home.h"
#include "launch/carry/list.h"
#include "launch/carry/local.h"
#include "launch/carry/rules.h"

static char *dir;

static int set_up(void **state)
{
	(void)state;
	dir = scratch_make();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scratch_end(dir);
	return 0;
}

/* Each comes after the one before it. */
static void test_order(void **state)
{
	static const char *const sorted[] = {
		"a", "a/b", "a/b/c", "a/z", "a-b", "a.b", "ab", "b", "\xc3\xa4"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(sorted); i++)
		for (size_t k = 0; k < COUNT_OF(sorted); k++) {
			int order = carry_order(sorted[i], sorted[k]);

			assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
		}
}

static void test_paths(void **state)
{
	static const char *const bad[] = {
		"", "/", "/a", "a/", "a//b", ".", "..", "a/..", "../a", "a/./b", "./a"};
	static const char *const good[] = {
		"a", "a/b", "...", "..a", "a..", ".a/.b", "a b\n"};
	AUTO_FREE char *longest = xcalloc(1, CARRY_PATH_MAX + 2);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (carry_path_ok(bad[i]))
			fail_msg("%s is no path", bad[i]);
	for (size_t i = 0; i < COUNT_OF(good); i++)
		if (!carry_path_ok(good[i]))
			fail_msg("%s is a path", good[i]);
	memset(longest, 'a', CARRY_PATH_MAX);
	assert_true(carry_path_ok(longest));
	longest[CARRY_PATH_MAX] = 'a';
	assert_false(carry_path_ok(longest));
}

static void test_list(void **state)
{
	static const struct carry_entry entries[] = {
		{.path = " ", .mode = S_IFDIR | 0755},
		{.path = "a/line\nend", .mode = S_IFREG | 0644, .size = 3, .mtime = -5},
		{.path = "b c",
			.mode = S_IFREG | 0755,
			.size = INT64_MAX,
			.there_only = true},
		{.path = "d ", .mode = S_IFLNK | 0777, .mtime = INT64_MAX, .again = true},
	};
	AUTO_FREE char *path = path_join(dir, "list");
	struct carry_writer w;
	struct carry_list l;
	struct carry_entry got;
	struct err e = {0};

	(void)state;
	assert_ok(carry_writer_open(&w, path, &e));
	for (size_t i = 0; i < COUNT_OF(entries); i++)
		carry_writer_add(&w, &entries[i]);
	assert_int_equal(access(path, F_OK), -1); /* whole or not at all */
	assert_ok(carry_writer_keep(&w, &e));
	carry_writer_close(&w);
	assert_ok(carry_list_open(&l, path, &e));
	for (size_t i = 0; i < COUNT_OF(entries); i++) {
		assert_int_equal(carry_list_next(&l, &got, &e), 1);
		assert_string_equal(got.path, entries[i].path);
		assert_true(got.mode == entries[i].mode && got.size == entries[i].size &&
			    got.mtime == entries[i].mtime &&
			    got.there_only == entries[i].there_only &&
			    got.again == entries[i].again);
	}
	assert_int_equal(carry_list_next(&l, &got, &e), 0);
	carry_list_close(&l);
}

static void test_damaged(void **state)
{
	static const struct {
		const char *text;
		size_t n;
	} bad[] = {{"b 100644 1 2 a", 14}, {"b 100644 1 2 a\0b 100644 1 2 a", 30},
		{"b 100644 1 2 b\0b 100644 1 2 a", 30}, {"x 100644 1 2 a", 15},
		{"b 100644 1 a", 13}, {"b 100644 -1 2 a", 16}, {"b 100644 1 2 ../a", 18},
		{"b 100644 1 2 /a", 16}, {"b 100644 1 2 ", 14}, {"b 100644 1 2a", 14}};
	AUTO_FREE char *path = path_join(dir, "list");

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct carry_entry got;
		struct carry_list l;
		struct err e = {0};
		int rc;

		assert_ok(file_write(path, bad[i].text, bad[i].n, 0600, &e));
		assert_ok(carry_list_open(&l, path, &e));
		while ((rc = carry_list_next(&l, &got, &e)) > 0)
			;
		if (rc == 0)
			fail_msg("%s was read", bad[i].text);
		assert_has(e.msg, "damaged");
		carry_list_close(&l);
	}
}

static void test_rules(void **state)
{
	static const char *const never[] = {".git/config", ".git/hooks/x", "a/.git",
		".GIT/x", "a/.hg/hgrc", "cnnrun.lua", "a/CnnRun.lua", "profiles/x.lua",
		"a/Profiles/x.LUA", ".cnnrunignore", "a/.CNNRUNIGNORE", "run/mine.lua",
		"tools/hooks/pre-commit", "bare.git/hooks/x", ".cnnrun-home-1",
		"a/.cnnrun-part"};
	static const char *const may[] = {"a", "git/config", "a.git", "gitconfig",
		"x.lua", "profiles/x.txt", "profiles/a/x.lua", "notprofiles/x.lua",
		"tools/x", ".gitignore", "Makefile"};
	AUTO_FREE char *profile = path_join(dir, "run/mine.lua");
	struct carry_rules r;

	(void)state;
	shell("cd %s && mkdir -p .git/objects .git/refs tools/hooks bare.git/objects "
	      "bare.git/refs && echo ref: refs/heads/main | tee .git/HEAD > "
	      "bare.git/HEAD && "
	      "printf '[core]\\n\\thooksPath = tools/hooks\\n' > .git/config",
		dir);
	carry_rules_find(&r, dir, profile);
	for (size_t i = 0; i < COUNT_OF(never); i++)
		if (carry_rules_allow(&r, never[i]))
			fail_msg("%s may come home", never[i]);
	for (size_t i = 0; i < COUNT_OF(may); i++)
		if (!carry_rules_allow(&r, may[i]))
			fail_msg("%s may not come home", may[i]);
	carry_rules_free(&r);
}

/* Brings text to path; what it is called then in as. */
static int bring(const char *path, const char *text, const struct carry_entry *here,
	bool beside, struct buf *as, struct err *e)
{
	const struct carry_entry there = {.mode = S_IFREG | 06777,
		.size = (int64_t)strlen(text),
		.mtime = 1000000000};
	int top = open(dir, O_PATH | O_DIRECTORY);
	struct carry_entry now;
	struct carry_file f;
	int rc = carry_file_open(&f, top, path, e);

	if (!rc)
		rc = carry_file_add(&f, text, strlen(text), e);
	if (!rc)
		rc = carry_file_keep(&f, &there, here, beside, as, &now, e);
	carry_file_close(&f);
	close(top);
	return rc;
}

static void holds(const char *name, const char *text)
{
	AUTO_FREE char *path = path_join(dir, name);
	AUTO_BUF struct buf got = {0};
	struct err e = {0};

	assert_ok(file_read(path, 0, &got, &e));
	assert_string_equal(buf_str(&got), text);
}

static void test_home(void **state)
{
	const struct carry_entry none = {0};
	AUTO_BUF struct buf as = {0};
	struct err e = {0};
	struct stat st;
	AUTO_FREE char *path = path_join(dir, "new/deep/f");

	(void)state;
	umask(022);
	assert_ok(bring("new/deep/f", "x", &none, false, &as, &e));
	holds("new/deep/f", "x");
	assert_int_equal(as.n, 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	assert_int_equal(st.st_mtim.tv_sec, 1);
	/* it is another one by now */
	assert_ok(bring("new/deep/f", "y", &none, false, &as, &e));
	holds("new/deep/f", "x");
	holds("new/deep/f.remote", "y");
	assert_string_equal(buf_str(&as), "f.remote");
	buf_free(&as);
	assert_ok(bring("new/deep/f", "z", &none, true, &as, &e));
	holds("new/deep/f.remote.1", "z");
	shell("test $(ls -A %s/new/deep | wc -l) = 3", dir);
}

static void test_home_links(void **state)
{
	const struct carry_entry none = {0};
	AUTO_BUF struct buf as = {0};
	struct err e = {0};

	(void)state;
	shell("cd %s && mkdir else && ln -s else way && ln -s else/f name && echo x > "
	      "file",
		dir);
	assert_int_equal(bring("way/f", "evil", &none, false, &as, &e), -1);
	assert_has(e.msg, "leads through a link");
	assert_int_equal(bring("file/f", "evil", &none, false, &as, &e), -1);
	assert_ok(bring("name", "evil", &none, false, &as, &e));
	holds("name.remote", "evil");
	shell("cd %s && test -z \"$(ls -A else)\" && test -L name", dir);
}

static void test_ignored(void **state)
{
	int top;
	struct carry_local l;
	struct carry_entry got;
	struct err e = {0};
	AUTO_STRV struct strv seen = {0};
	AUTO_FREE char *all = NULL;

	(void)state;
	put(dir, CARRY_IGNORE, "data\n*.log\n!keep.log\nx/*\n!x/y\n");
	put(dir, "data/deep/f", "");
	put(dir, "a.log", "");
	put(dir, "keep.log", "");
	put(dir, "x/y", "");
	put(dir, "x/z", "");
	shell("mkfifo %s/fifo; touch %s/" CARRY_TEMP "1", dir, dir);
	top = open(dir, O_PATH | O_DIRECTORY);
	assert_ok(carry_local_open(&l, top, dir, &e));
	while (carry_local_next(&l, &got, &e) > 0)
		strv_add(&seen, got.path);
	all = strv_join(&seen, " ");
	assert_string_equal(all, ".cnnrunignore keep.log x x/y");
	assert_true(carry_ignored(&l, "data") && carry_ignored(&l, "data/any/where") &&
		    carry_ignored(&l, "b.log") && carry_ignored(&l, "x/q"));
	assert_false(carry_ignored(&l, "keep.log") || carry_ignored(&l, "x/y") ||
		     carry_ignored(&l, "new/keep"));
	carry_local_close(&l);
	close(top);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_paths),
		cmocka_unit_test_setup_teardown(test_list, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_damaged, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_rules, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_home, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_home_links, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_ignored, set_up, tear_down),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
