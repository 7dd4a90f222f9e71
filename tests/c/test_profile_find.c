/* SPDX-License-Identifier: MIT */
/* Which file a name means, and where a project begins. */
#include "profile_fixture.h"

static void go(const struct fixture *x, const char *dir)
{
	AUTO_FREE char *full = path_join(x->root, dir);

	assert_int_equal(chdir(full), 0);
}

static int home_again(void **state)
{
	go(*state, "p");
	unsetenv("CNNRUN_PATH");
	unsetenv("CNNRUN_SCRIPTS");
	return 0;
}

static void check_project(const struct fixture *x, const char *from, const char *expected)
{
	AUTO_FREE char *found = NULL, *full = path_join(x->root, expected);

	go(x, from);
	found = project_find(NULL);
	assert_string_equal(found, full);
}

static void a_project_begins_at_its_mark(void **state)
{
	const struct fixture *x = *state;

	fixture_write(x, "a/b/keep", "");
	fixture_write(x, "git/.git/HEAD", "");
	fixture_write(x, "git/sub/keep", "");
	fixture_write(x, "lua/cnnrun.lua", "");
	check_project(x, "p", "p");
	check_project(x, "p/a/b", "p");
	check_project(x, "p/git/sub", "p/git");
	check_project(x, "p/lua", "p/lua");
}

/* HOME is x->root here. */
static void home_is_a_project_only_by_cnnrun_lua(void **state)
{
	const struct fixture *x = *state;

	fixture_write(x, "../.git/HEAD", "");
	fixture_write(x, "../other/keep", "");
	check_project(x, "other", "other");
	fixture_write(x, "../cnnrun.lua", "");
	check_project(x, "other", ".");
	go(x, ".");
	unlink("cnnrun.lua");
}

static void check_no_project(const char *said)
{
	static const char *const names[] = {NULL, "gui", "profiles/gui.lua", "nosuch"};
	AUTO_SOURCE struct profile_source s = {0};
	struct err e = {0};

	assert_null(project_find(&e));
	assert_has(e.msg, said);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		assert_int_equal(profile_find(names[i], &s, &e), -1);
		assert_has(e.msg, said);
	}
}

static void nothing_makes_the_root_a_project_by_accident(void **state)
{
	const struct fixture *x = *state;
	AUTO_FREE char *gone = path_join(x->root, "gone"), *link = path_join(gone, "l");

	assert_int_equal(mkdir(gone, 0700), 0);
	assert_int_equal(symlink("/", link), 0);
	go(x, "gone/l");
	check_no_project("/ is no project; ");
	go(x, "gone");
	unlink(link);
	rmdir(gone);
	check_no_project("the working directory is gone; ");
}

static void check_found(const char *name, const char *shown, const char *text)
{
	AUTO_SOURCE struct profile_source s = {0};
	struct err e = {0};

	if (profile_find(name, &s, &e) < 0)
		fail_msg("%s: %s", name ? name : "(none)", e.msg);
	assert_string_equal(s.shown, shown);
	assert_string_equal(buf_str(&s.text), text);
}

static void the_search_goes_outward(void **state)
{
	const struct fixture *x = *state;
	AUTO_FREE char *path = xasprintf("%s/path:/nowhere", x->root);

	fixture_write(x, "sub/keep", "");
	go(x, "p/sub");
	setenv("CNNRUN_PATH", path, 1);
	assert_false(profile_is_name("mine"));
	fixture_write(x, "../.config/cnnrun/mine.lua", "user");
	check_found("mine", "../../.config/cnnrun/mine.lua", "user");
	fixture_write(x, "../path/mine.lua", "path");
	check_found("mine", "../../path/mine.lua", "path");
	fixture_write(x, "profiles/mine.lua", "above");
	check_found("mine", "../profiles/mine.lua", "above");
	check_found("profiles/mine.lua", "../profiles/mine.lua", "above");
	check_found("profiles/mine", "../profiles/mine.lua", "above");
	check_found("mine.lua", "../profiles/mine.lua", "above");
	fixture_write(x, "sub/profiles/mine.lua", "here");
	check_found("mine", "profiles/mine.lua", "here");
	assert_true(profile_is_name("mine"));
}

/* A project full of Lua files must not turn every word into a profile. */
static void a_plain_word_means_profiles_only(void **state)
{
	const struct fixture *x = *state;

	fixture_write(x, "stray.lua", "stray");
	assert_false(profile_is_name("stray"));
	assert_true(profile_is_name("stray.lua"));
	assert_true(profile_is_name("./stray"));
	assert_true(profile_is_name("gui"));
	assert_false(profile_is_name("ps"));
	assert_false(profile_is_name("-d"));
	assert_false(profile_is_name(""));
	check_found("stray.lua", "stray.lua", "stray");
	check_found("./stray.lua", "stray.lua", "stray");
}

static void what_is_installed_comes_last(void **state)
{
	const struct fixture *x = *state;
	AUTO_SOURCE struct profile_source s = {0};
	struct err e = {0};

	assert_int_equal(profile_find("profiles/gui.lua", &s, &e), 0);
	assert_true(s.installed);
	assert_string_equal(s.name, "gui");
	assert_string_equal(s.shown, "profiles/gui.lua");
	assert_string_equal(s.project, x->project);
	assert_string_equal(s.path, CNNRUN_PREFIX "/share/cnnrun/profiles/gui.lua");
	profile_source_free(&s);
	fixture_write(x, "profiles/gui.lua", "mine");
	assert_int_equal(profile_find("gui", &s, &e), 0);
	assert_false(s.installed);
	unlink("profiles/gui.lua");
}

static void without_a_name_it_is_cnnrun_lua(void **state)
{
	const struct fixture *x = *state;
	AUTO_SOURCE struct profile_source s = {0};
	struct err e = {0};

	assert_int_equal(profile_find(NULL, &s, &e), -1);
	assert_has(e.msg, "no cnnrun.lua in ");
	fixture_write(x, "cnnrun.lua", "text");
	fixture_write(x, "deep/er/keep", "");
	go(x, "p/deep/er");
	assert_int_equal(profile_find(NULL, &s, &e), 0);
	assert_string_equal(s.name, "p");
	assert_string_equal(s.shown, "../../cnnrun.lua");
	assert_string_equal(s.project, x->project);
	go(x, "p");
	unlink("cnnrun.lua");
}

/* Its relative paths are its own project's, wherever it is called from. */
static void a_path_belongs_to_its_own_project(void **state)
{
	const struct fixture *x = *state;
	AUTO_SOURCE struct profile_source s = {0};
	AUTO_FREE char *project = path_join(x->root, "q"),
		       *lone = path_join(x->root, "lone");
	struct err e = {0};

	fixture_write(x, "../q/docker/Dockerfile", "");
	fixture_write(x, "../q/examples/web.lua", "web");
	fixture_write(x, "../lone/x.lua", "x");
	assert_int_equal(profile_find("../q/examples/web.lua", &s, &e), 0);
	assert_string_equal(s.project, project);
	assert_string_equal(s.shown, "../q/examples/web.lua");
	assert_string_equal(s.name, "web");
	profile_source_free(&s);
	assert_int_equal(profile_find("../lone/x.lua", &s, &e), 0);
	assert_string_equal(s.project, lone);
}

static void what_is_not_there_is_said_with_what_is(void **state)
{
	const struct fixture *x = *state;
	AUTO_SOURCE struct profile_source s = {0};
	struct err e = {0};

	assert_int_equal(profile_find("nosuch", &s, &e), -1);
	assert_int_equal(e.code, ENOENT);
	assert_has(e.msg, "no profile \"nosuch\"; there are: ");
	assert_has(e.msg, "gui");
	assert_has(e.msg, x->project);
	fixture_write(x, "profiles/abq.lua", "");
	fixture_write(x, "profiles/bq.lua", "");
	assert_int_equal(profile_find("nosuch", &s, &e), -1);
	assert_has(e.msg, "abq, bq, ");
	assert_int_equal(profile_find("./nosuch.lua", &s, &e), -1);
	assert_has(e.msg, "nosuch.lua: No such file or directory");
	assert_int_equal(profile_find("./docker", &s, &e), -1);
	assert_has(e.msg, "not a file");
	assert_int_equal(mkfifo("pipe.lua", 0600), 0);
	assert_int_equal(profile_find("./pipe.lua", &s, &e), -1);
	assert_has(e.msg, "not a file");
}

static void a_huge_file_is_no_profile(void **state)
{
	const struct fixture *x = *state;
	AUTO_SOURCE struct profile_source s = {0};
	AUTO_FREE char *text = xcalloc(1, (size_t)2 << 20);
	struct err e = {0};

	memset(text, ' ', ((size_t)2 << 20) - 1);
	fixture_write(x, "big.lua", text);
	assert_int_equal(profile_find("./big.lua", &s, &e), -1);
	assert_has(e.msg, "larger than 1048576 bytes");
}

static void all_are_listed_nearest_first(void **state)
{
	const struct fixture *x = *state;
	struct profile_entry *v;
	size_t n, gui = 0, mine = 0;

	fixture_write(x, "profiles/gui.lua", "mine");
	fixture_write(x, "../.config/cnnrun/own.lua", "user");
	n = profile_entries(&v);
	for (size_t i = n; i-- > 0;) {
		if (!strcmp(v[i].name, "gui"))
			gui = i;
		if (!strcmp(v[i].name, "own"))
			mine = i;
	}
	assert_string_equal(v[gui].origin, "project");
	assert_string_equal(v[mine].origin, "user");
	assert_true(gui < mine);
	assert_string_equal(v[n - 1].origin, "installed");
	profile_entries_free(v, n);
	unlink("profiles/gui.lua");
}

static void scripts_are_read_by_name(void **state)
{
	const struct fixture *x = *state;
	AUTO_BUF struct buf text = {0};
	struct err e = {0};

	assert_int_equal(script_read("cnnrun/init.lua", &text, &e), 0);
	assert_has(text.p, "require \"cnnrun\"");
	assert_int_equal(script_read("cnnrun/nothing.lua", &text, &e), -1);
	assert_int_equal(script_read("../secret", &text, &e), -1);
	assert_int_equal(script_read("/etc/passwd", &text, &e), -1);
	setenv("CNNRUN_SCRIPTS", x->project, 1);
	fixture_write(x, "profiles/only.lua", "disk");
	buf_free(&text);
	assert_int_equal(script_read("profiles/only.lua", &text, &e), 0);
	assert_string_equal(text.p, "disk");
	assert_int_equal(script_read("../p/cnnrun.lua", &text, &e), -1);
	assert_int_equal(script_read("cnnrun/init.lua", &text, &e), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, NULL, home_again)
		T(a_project_begins_at_its_mark),
		T(home_is_a_project_only_by_cnnrun_lua),
		T(nothing_makes_the_root_a_project_by_accident),
		T(the_search_goes_outward),
		T(a_plain_word_means_profiles_only),
		T(what_is_installed_comes_last),
		T(without_a_name_it_is_cnnrun_lua),
		T(a_path_belongs_to_its_own_project),
		T(what_is_not_there_is_said_with_what_is),
		T(a_huge_file_is_no_profile),
		T(all_are_listed_nearest_first),
		T(scripts_are_read_by_name),
	};

	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
