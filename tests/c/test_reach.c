/* SPDX-License-Identifier: MIT */
/* What is free and what needs a right. */
#include "resolve_test.h"

#include "profile/profile.h"
#include "rights_test.h"

static char project[] = "/tmp/cnnrun-reach-XXXXXX";
static char home[] = "/tmp/cnnrun-home-XXXXXX";
static char *socket_path; /* of the engine; NULL = not known */
static char *outside;     /* a file that is not of the project */

/* The plan with these members; in which directory; what it needs. */
static void needed(
	const char *members, const char *where, struct resolved *s, struct rights *rights)
{
	const struct engine_facts facts = {.socket = socket_path};
	struct err e = {0};

	if (resolve_members(members, where, &facts, s, rights, &e) < 0)
		fail_msg("%s: %s", members, e.msg);
}

/* Root in the container is in the list whenever root runs the tests. */
static void expect_in(const char *where, const char *members, const char *words)
{
	AUTO_RESOLVED struct resolved s;
	AUTO_RIGHTS struct rights rights = {0};
	size_t root = 0;

	needed(members, where, &s, &rights);
	root = rights_say(&rights, "be root in the container");
	if (words && !rights_say(&rights, words))
		fail_msg("%s: no \"%s\"", members, words);
	if (rights.n > root + (words != NULL))
		fail_msg("%s: also \"%s\", \"%s\"", members, rights.v[root].object,
			rights.v[rights.n - 1].object);
}

static void expect(const char *members, const char *words)
{
	expect_in(project, members, words);
}

static void the_projects_files_are_free(void **state)
{
	(void)state;
	expect("\"mount\":[{\"source\":\".\",\"target\":\"/w\"},"
	       "{\"source\":\"sub\",\"target\":\"/s\"}],"
	       "\"home\":{\"source\":\"made/home\"},\"env_file\":[{\"path\":\"vars\"}]",
		NULL);
	expect("\"build\":{\"tag\":\"x:1\",\"context\":\"sub\"}", NULL);
	expect("\"env\":{\"pass\":[\"TERM\",\"LC_ALL\",\"LANG\",\"TYPED_TOKEN\"]}", NULL);
	expect("\"mount\":[{\"type\":\"tmpfs\",\"target\":\"/t\"}]", NULL);
}

static void a_directory_that_says_nothing_is_no_project(void **state)
{
	AUTO_FREE char *plain = path_join(project, "sub");
	AUTO_FREE char *words =
		xasprintf("write in %s, which is no project of its own", plain);

	(void)state;
	expect_in(plain, "\"mount\":[{\"source\":\".\",\"target\":\"/w\"}]", words);
}

static void the_home_is_no_project(void **state)
{
	AUTO_FREE char *inside = path_join(home, "work");
	AUTO_FREE char *words =
		xasprintf("read in %s, which is no project of its own", inside);
	AUTO_FREE char *whole =
		xasprintf("read in %s, which is no project of its own", home);

	(void)state;
	setenv("HOME", inside, 1);
	expect_in(home,
		"\"mount\":[{\"source\":\"work\",\"target\":\"/w\",\"readonly\":true}]",
		words);
	setenv("HOME", home, 1);
	expect_in(home,
		"\"mount\":[{\"source\":\".\",\"target\":\"/w\",\"readonly\":true}]",
		whole);
	unsetenv("HOME");
}

static void files_read_elsewhere_are_named(void **state)
{
	AUTO_FREE char *words = xasprintf("read outside the project: %s", outside);
	AUTO_FREE char *linked = xasprintf("follow a link of the project and %s", words);
	AUTO_FREE char *build = xasprintf("%s (to build the image)", linked);
	AUTO_FREE char *ignore = path_join(project, ".dockerignore");
	AUTO_FREE char *direct = xasprintf("\"env_file\":[{\"path\":\"%s\"}]", outside);

	(void)state;
	expect("\"env_file\":[{\"path\":\"link\"}]", linked);
	expect(direct, words);
	expect("\"build\":{\"tag\":\"x:1\",\"context\":\"/usr/share/doc\"}",
		"read outside the project: /usr/share/doc (to build the image)");
	expect("\"build\":{\"tag\":\"x:1\",\"dockerfile\":\"link\"}", build);
	assert_int_equal(symlink(outside, ignore), 0);
	expect("\"build\":{\"tag\":\"x:1\"}", build);
	unlink(ignore);
}

static void variables_of_the_user_are_named(void **state)
{
	(void)state;
	expect("\"env\":{\"pass\":[\"MY_TOKEN\",\"TERM\"]}",
		"know your variable MY_TOKEN");
	/* a line that is no name of any is a part of what must not be told */
	unsetenv("MY_TOKEN");
	expect("\"env_file\":[{\"path\":\"passing\"}]", NULL);
	setenv("MY_TOKEN", "hushhush", 1);
	expect("\"env_file\":[{\"path\":\"passing\"}]", "know your variable MY_TOKEN");
}

static void what_others_share_is_named(void **state)
{
	(void)state;
	expect("\"mount\":[{\"type\":\"volume\",\"source\":\"data\",\"target\":\"/d\"}]",
		"use the volume data");
	expect("\"mount\":[{\"type\":\"volume\",\"source\":\"data\",\"target\":\"/d\","
	       "\"readonly\":true}]",
		"read the volume data");
	expect("\"build\":{\"tag\":\"x:1\",\"network\":\"host\"}",
		"use the host's network while the image is built");
	expect("\"build\":{\"tag\":\"x:1\",\"network\":\"other\"}",
		"join the network other while the image is built");
	expect("\"user\":{\"mode\":\"host\",\"groups\":[\"0\"]}",
		"have the rights of the group 0");
	expect("\"device\":[{\"source\":\"/dev/stdin\",\"optional\":true}]",
		"use the device /dev/null");
}

static void the_grants_are_not_free(void **state)
{
	AUTO_RESOLVED struct resolved s;
	AUTO_RIGHTS struct rights rights = {0};
	AUTO_FREE char *words =
		xasprintf("change what you allowed to profiles: %s", home);
	AUTO_FREE char *members =
		xasprintf("\"mount\":[{\"source\":\"%s\",\"target\":\"/h\"}]", home);

	(void)state;
	setenv("HOME", home, 1);
	needed(members, project, &s, &rights);
	unsetenv("HOME");
	assert_true(rights_say(&rights, words));
}

/* What is not there yet is to be made where the link leads, which is not the project. */
static void a_link_within_a_path_is_named(void **state)
{
	AUTO_FREE char *words = xasprintf("follow a link of the project and write "
					  "outside the project: %s/made/home",
		home);
	AUTO_FREE char *link = path_join(project, "away");

	(void)state;
	assert_int_equal(symlink(home, link), 0);
	expect("\"home\":{\"source\":\"away/made/home\"}", words);
	unlink(link);
}

static void the_engine_in_use_is_the_engine(void **state)
{
	AUTO_FREE char *words = xasprintf(
		"control the container engine, and so the host: %s/engine", project);

	(void)state;
	/* even in the project, and where its socket has an unusual name */
	socket_path = path_join(project, "engine/odd.name");
	expect("\"mount\":[{\"source\":\"engine\",\"target\":\"/e\"}]", words);
	free(socket_path);
	socket_path = NULL;
}

static void nobody_is_free(void **state)
{
	(void)state;
	expect("\"user\":{\"mode\":\"explicit\",\"uid\":65534}", NULL);
}

static void another_user_is_named(void **state)
{
	int status;

	(void)state;
	/* to root, everybody is less */
	if (fork() == 0) {
		AUTO_RESOLVED struct resolved s;
		AUTO_RIGHTS struct rights rights = {0};

		if (getuid() == 0 && setuid(1000) < 0)
			_exit(2);
		needed("\"user\":{\"mode\":\"explicit\",\"uid\":1234,\"gid\":12}", "/",
			&s, &rights);
		_exit(!rights_say(&rights, "be the user 1234, who is not you") ||
			!rights_say(&rights, "be of the group 12, which is not yours"));
	}
	wait(&status);
	assert_int_equal(status, 0);
}

/* A profile named by a path with a symlink in it: its project is where it really is. */
static void a_project_is_where_it_really_is(void **state)
{
	AUTO_FREE char *link = path_join(home, "link"),
		       *file = path_join(project, "x.lua");
	AUTO_FREE char *through = path_join(link, "x.lua");
	AUTO_SOURCE struct profile_source src = {0};
	struct err e = {0};

	(void)state;
	assert_int_equal(file_write(file, "", 0, 0600, &e), 0);
	assert_int_equal(symlink(project, link), 0);
	assert_int_equal(profile_find(through, &src, &e), 0);
	assert_string_equal(src.project, project);
}

static int set_up(void **state)
{
	AUTO_FREE char *link = NULL, *sub = NULL, *engine = NULL, *work = NULL;

	(void)state;
	assert_non_null(mkdtemp(project));
	assert_non_null(mkdtemp(home));
	assert_int_equal(chmod(project, 0755), 0);
	link = path_join(project, "link");
	sub = path_join(project, "sub");
	engine = path_join(project, "engine");
	work = path_join(home, "work");
	outside = path_join(home, "vars");
	assert_int_equal(file_write(outside, "B=2\n", 4, 0600, NULL), 0);
	put(project, "cnnrun.lua", "");
	put(project, "vars", "A=1\n");
	put(project, "passing", "MY_TOKEN\n");
	put(project, "Dockerfile", "FROM x\n");
	unsetenv("HOME");
	unsetenv("XDG_RUNTIME_DIR");
	assert_int_equal(symlink(outside, link), 0);
	assert_int_equal(mkdir(sub, 0700) | mkdir(engine, 0700) | mkdir(work, 0700), 0);
	put(project, "sub/Dockerfile", "FROM x\n");
	put(project, "engine/odd.name", "");
	/* a device by another name */
	return freopen("/dev/null", "r", stdin) ? 0 : -1;
}

static int tear_down(void **state)
{
	AUTO_FREE char *line = xasprintf("rm -rf %s %s", project, home);

	(void)state;
	free(outside);
	return system(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_projects_files_are_free),
		cmocka_unit_test(a_directory_that_says_nothing_is_no_project),
		cmocka_unit_test(the_home_is_no_project),
		cmocka_unit_test(files_read_elsewhere_are_named),
		cmocka_unit_test(variables_of_the_user_are_named),
		cmocka_unit_test(what_others_share_is_named),
		cmocka_unit_test(the_grants_are_not_free),
		cmocka_unit_test(a_link_within_a_path_is_named),
		cmocka_unit_test(the_engine_in_use_is_the_engine),
		cmocka_unit_test(another_user_is_named),
		cmocka_unit_test(nobody_is_free),
		cmocka_unit_test(a_project_is_where_it_really_is),
	};

	mem_init();
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
