/* SPDX-License-Identifier: MIT */
/* Where a profile's modules and scripts come from. */
#include "profile_fixture.h"

#define CNN "local cnn = require 'cnnrun'\n"

static void modules_come_from_the_project(void **state)
{
	const struct fixture *x = *state;
	AUTO_SOURCE struct profile_source s = {0};
	AUTO_JSON cJSON *about = NULL, *plan = NULL;
	AUTO_FREE char *a = path_join(x->project, "lib/a.lua");
	struct profile *p;
	struct err e = {0};

	fixture_write(x, "lib/a.lua", "return { n = 5, name = ... }");
	fixture_write(x, "sub/b.lua", "return 6");
	fixture_write(x, "profiles/shell.lua",
		CNN "local up = require 'profiles.shell'\n"
		    "return cnn.profile { about = 'Mine', setup = up.setup }");
	fixture_write(x, "sub/x.lua",
		CNN "local a = require 'lib.a' assert(a == require 'lib.a')\n"
		    "assert(a.n == 5 and a.name == 'lib.a' and require 'b' == 6)\n"
		    "assert(require 'profiles.shell'.about == 'Mine')\n"
		    "return cnn.profile { setup = function(c) c:image 'x' end }");
	assert_int_equal(profile_find("sub/x.lua", &s, &e), 0);
	assert_int_equal(profile_start(&s, NULL, &p, &e), 0);
	if (profile_describe(p, NULL, &about, &e) < 0)
		fail_msg("%s", e.msg);
	assert_int_equal(s.files.n, 4);
	assert_true(kvs_get(&s.files, a) != NULL);
	profile_end(p);
}

static void a_module_that_requires_itself(void **state)
{
	const struct fixture *x = *state;
	AUTO_JSON cJSON *plan = NULL;
	struct err e = {0};

	fixture_write(x, "loop.lua", "return require 'loop'");
	assert_int_equal(fixture_run(x, "require 'loop'", NULL, NULL, &plan, &e), -1);
	assert_has(e.msg, "loop.lua:1: require \"loop\": it requires itself");
}

static void an_error_in_a_module_names_it(void **state)
{
	const struct fixture *x = *state;
	AUTO_JSON cJSON *plan = NULL;
	struct err e = {0};

	fixture_write(x, "lib/bad.lua", "\n\nlocal x = = 1");
	assert_int_equal(fixture_run(x, "require 'lib.bad'", NULL, NULL, &plan, &e), -1);
	assert_has(e.msg, "lib/bad.lua:3: unexpected symbol near '='");
}

/* A profile can be a program: "#!/usr/bin/env cnnrun". */
static void a_first_line_may_start_with_a_hash(void **state)
{
	AUTO_JSON cJSON *plan = NULL;
	struct err e = {0};

	assert_int_equal(fixture_run(*state, "#!/usr/bin/env cnnrun\nerror 'here'", NULL,
				 NULL, &plan, &e),
		-1);
	assert_string_equal(e.msg, "x.lua:2: here");
}

/* CNNRUN_SCRIPTS=dir: the same library, read from disk through the door. */
static void scripts_can_come_from_disk(void **state)
{
	const struct fixture *x = *state;
	AUTO_JSON cJSON *plan = NULL;
	AUTO_FREE char *dir = path_join(x->before, "scripts");
	struct err e = {0};
	int rc;

	setenv("CNNRUN_SCRIPTS", dir, 1);
	rc = fixture_run(x,
		CNN "return cnn.profile { setup = function(c) c:name 'x' end }", NULL,
		NULL, &plan, &e);
	if (rc < 0)
		fail_msg("%s", e.msg);
	json_free(&plan);
	setenv("CNNRUN_SCRIPTS", x->project, 1);
	rc = fixture_run(x, CNN, NULL, NULL, &plan, &e);
	unsetenv("CNNRUN_SCRIPTS");
	assert_int_equal(rc, -1);
	assert_has(e.msg, "cnnrun/session.lua");
}

static const cJSON *main_of(const cJSON *plan)
{
	return json_get(json_get(plan, "containers"), "main");
}

static void installed_profiles_have_plans(void **state)
{
	static const char *const names[] = {"shell", "gui", "train", "build"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		AUTO_SOURCE struct profile_source s = {0};
		AUTO_JSON cJSON *about = NULL, *plan = NULL;
		struct door d = {fixture_answer, NULL};
		struct profile *p;
		struct err e = {0};

		assert_int_equal(profile_find(names[i], &s, &e), 0);
		assert_int_equal(profile_start(&s, NULL, &p, &e), 0);
		if (profile_describe(p, &d, &about, &e) < 0 ||
			profile_plan(p, &d, NULL, &plan, &e) < 0)
			fail_msg("%s", e.msg);
		assert_non_null(strstr(
			json_str(json_get(main_of(plan), "build"), "tag"), ":latest"));
		profile_end(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(modules_come_from_the_project),
		cmocka_unit_test(a_module_that_requires_itself),
		cmocka_unit_test(an_error_in_a_module_names_it),
		cmocka_unit_test(a_first_line_may_start_with_a_hash),
		cmocka_unit_test(scripts_can_come_from_disk),
		cmocka_unit_test(installed_profiles_have_plans),
	};

	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
