/* SPDX-License-Identifier: MIT */
/* A kernel that confines nothing: only what is installed with cnnrun runs. */
#include "profile_fixture.h"

#include <seccomp.h>

/* In a process that cannot install filters, as on a kernel without seccomp. */
static void without_seccomp(
	void (*body)(const struct fixture *x), const struct fixture *x)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (!pid) {
		scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);

		if (seccomp_rule_add(f, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(seccomp), 0) ||
			seccomp_rule_add(f, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(prctl), 1,
				SCMP_A0(SCMP_CMP_EQ, 22 /* PR_SET_SECCOMP */)) ||
			seccomp_load(f))
			_exit(97);
		body(x);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void refuse_foreign(const struct fixture *x)
{
	cJSON *plan = NULL;
	struct err e = {0};

	if (fixture_run(x, "return 1", NULL, NULL, &plan, &e) != -1)
		_exit(1);
	if (!strstr(e.msg, "x.lua: this kernel cannot confine it"))
		_exit(2);
}

static void allow_installed(const struct fixture *x)
{
	struct profile_source s = {0};
	struct profile *p;
	struct err e = {0};
	cJSON *about = NULL;

	(void)x;
	if (profile_find("shell", &s, &e) < 0 || !s.installed)
		_exit(1);
	if (profile_start(&s, NULL, &p, &e) < 0 ||
		profile_describe(p, NULL, &about, &e) < 0)
		_exit(2);
	profile_end(p);
}

/* gui requires profiles.shell: here that is the project's, and foreign. */
static void refuse_foreign_modules(const struct fixture *x)
{
	struct profile_source s = {0};
	struct profile *p;
	struct err e = {0};
	cJSON *about = NULL;

	fixture_write(x, "profiles/shell.lua", "return 1");
	if (profile_find("gui", &s, &e) < 0 || !s.installed)
		_exit(1);
	if (profile_start(&s, NULL, &p, &e) < 0 ||
		profile_describe(p, NULL, &about, &e) == 0)
		_exit(2);
	if (!strstr(e.msg, "cannot confine profiles/shell.lua"))
		_exit(3);
	unlink("profiles/shell.lua");
	profile_end(p);
}

static void without_a_filter_only_installed_profiles_run(void **state)
{
	without_seccomp(refuse_foreign, *state);
	without_seccomp(allow_installed, *state);
	without_seccomp(refuse_foreign_modules, *state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_filter_only_installed_profiles_run),
	};

	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
