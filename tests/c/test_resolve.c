/* SPDX-License-Identifier: MIT */
/* resolve on this machine, and the rights that follow from it. */
#include "user.h"

#include "resolve_test.h"
#include "rights_test.h"

static char project[] = "/tmp/cnnrun-resolve-XXXXXX";
static const struct engine_facts docker = {0};
static struct rights rights; /* that the last one of these needs */

static int resolve_text(const char *members, const struct engine_facts *facts,
	struct resolved *s, struct err *e)
{
	rights_free(&rights);
	return resolve_members(members, project, facts, s, &rights, e);
}

static void resolve_ok(const char *members, struct resolved *s)
{
	struct err e = {0};

	if (resolve_text(members, &docker, s, &e) < 0)
		fail_msg("%s: %s", members, e.msg);
}

static void a_link_out_of_the_project_shows_its_real_path(void **state)
{
	AUTO_RESOLVED struct resolved s;

	(void)state;
	resolve_ok("\"mount\":[{\"source\":\"link\",\"target\":\"/x\"},"
		   "{\"source\":\"sub\",\"target\":\"/"
		   "y\"}],\"user\":{\"mode\":\"explicit\",\"uid\":65534}",
		&s);
	assert_string_equal(s.mounts[0].source, "/etc");
	assert_int_equal(rights.n, 1);
	assert_true(rights_say(&rights,
		"follow a link of the project and write outside the project: /etc"));
}

static void a_parent_of_the_engines_socket_is_the_engine(void **state)
{
	AUTO_RESOLVED struct resolved s;

	(void)state;
	resolve_ok(
		"\"mount\":[{\"source\":\"/run\",\"target\":\"/x\",\"readonly\":true}]",
		&s);
	assert_true(rights_say(
		&rights, "control the container engine, and so the host: /run"));
	assert_true(rights_say(&rights, "read outside the project: /run"));
}

static int back_to_this_process(void **state)
{
	(void)state;
	me.passwd = NULL;
	return 0;
}

static void be(uid_t uid)
{
	me.uid = uid;
	me.gid = me.groups[0] = me.groups[1] = uid;
	me.passwd =
		"root:x:0:0::/root:/bin/sh\nalice:x:1000:1000:Alice:/srv/alice:/bin/sh\n";
	me.group = "root:x:0:\nalice:x:1000:\n";
}

static void an_explicit_user(void **state)
{
	AUTO_RESOLVED struct resolved s;

	(void)state;
	resolve_ok("\"user\":{\"mode\":\"explicit\",\"uid\":1000,\"gid\":100,\"name\":"
		   "\"bob\"}",
		&s);
	assert_true(s.has_user && s.identity.wanted);
	assert_int_equal(s.uid, 1000);
	assert_int_equal(s.gid, 100);
	assert_string_equal(kvs_get(&s.env, "HOME"), "/home/bob");
	assert_string_equal(s.files[0].path, "/home/bob");
	assert_null(s.files[0].data);
}

/* Who the user is in the container, by engine, for an ordinary user and for root. */
static void the_hosts_user(void **state)
{
	static const struct {
		uid_t me;
		struct engine_facts facts;
		uid_t uid;
		const char *userns;
	} cases[] = {
		{1000, {0}, 1000, NULL},
		{1000, {.users = USERS_ROOT_IS_YOU}, 0, NULL},
		{1000, {.users = USERS_KEEP_ID}, 1000, "keep-id"},
		{1000, {.users = USERS_SHIFTED}, 1000, "host"},
		{0, {0}, 0, NULL},
		{0, {.users = USERS_KEEP_ID}, 0, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		AUTO_RESOLVED struct resolved s;
		struct err e = {0};

		be(cases[i].me);
		assert_ok(resolve_text(
			"\"user\":{\"mode\":\"host\"}", &cases[i].facts, &s, &e));
		assert_true(s.has_user);
		assert_int_equal(s.uid, cases[i].uid);
		assert_int_equal(s.identity.wanted, s.uid != 0);
		assert_string_equal(
			kvs_get(&s.env, "HOME"), s.uid ? "/home/alice" : "/root");
		if (cases[i].userns)
			assert_string_equal(s.userns, cases[i].userns);
		else
			assert_null(s.userns);
	}
}

static void environment_has_an_order(void **state)
{
#define VARS "\"env_file\":[{\"path\":\"vars\"}]"
	AUTO_FREE char *file = path_join(project, "vars");
	static const char text[] = "# comment\nA=file\nB=file\nC = x\n";
	AUTO_RESOLVED struct resolved s, t;
	struct err e = {0};

	(void)state;
	setenv("P", "passed", 1);
	assert_int_equal(file_write(file, text, strlen(text) - 6, 0600, &e), 0);
	resolve_ok(VARS
		",\"env\":{\"pass\":[\"P\",\"NOT_SET\"],\"set\":{\"B\":\"plan\"}}",
		&s);
	assert_string_equal(kvs_get(&s.env, "A"), "file");
	assert_string_equal(kvs_get(&s.env, "B"), "plan");
	assert_string_equal(kvs_get(&s.env, "P"), "passed");
	assert_null(kvs_get(&s.env, "NOT_SET"));
	assert_int_equal(file_write(file, text, strlen(text), 0600, &e), 0);
	assert_int_equal(resolve_text(VARS, &docker, &t, &e), -1);
	assert_non_null(strstr(e.msg, "vars:4: a name has a blank in it"));
	assert_null(strstr(e.msg, "C ")); /* no word of the text: it may be a secret */
}

static void no_display_is_said(void **state)
{
	AUTO_FREE char *display = xstrdup(getenv("DISPLAY"));
	AUTO_RESOLVED struct resolved s, t;
	struct err e = {0};

	(void)state;
	unsetenv("DISPLAY");
	assert_int_equal(resolve_text("\"display\":{\"mode\":\"auto\"},"
				      "\"at\":{\"display\":\"gui.lua:3\"}",
				 &docker, &s, &e),
		-1);
	assert_non_null(strstr(e.msg, "gui.lua:3: DISPLAY is not set"));
	resolve_ok("\"display\":{\"optional\":true}", &t);
	assert_int_equal(t.x.access, X_NONE);
	if (display)
		setenv("DISPLAY", display, 1);
}

static void least_access_is_the_default(void **state)
{
	(void)state;
	for (int root = 0; root < 2; root++) {
		AUTO_RESOLVED struct resolved s;

		be(root ? 0 : 1000);
		resolve_ok("\"mount\":[{\"source\":\".\",\"target\":\"/x\"}]", &s);
		assert_true(s.has_user);
		assert_int_equal(s.uid, me.uid);
		assert_string_equal(s.set.network, "bridge");
		assert_true(strv_has(&s.set.cap_drop, "ALL"));
		assert_true(strv_has(&s.set.security_opt, "no-new-privileges"));
		assert_true(s.set.init);
		assert_int_equal(rights.n, root); /* root is root */
		if (root)
			assert_true(rights_say(&rights, "be root in the container"));
	}
}

static void the_images_user_may_be_root(void **state)
{
	AUTO_RESOLVED struct resolved s;

	(void)state;
	resolve_ok("\"user\":{\"mode\":\"image\"}", &s);
	assert_false(s.has_user);
	assert_true(rights_say(&rights, "be root in the container, where its image is"));
}

/* A plan makes nothing on the host. */
static void a_plan_makes_no_directory(void **state)
{
	static const struct engine_facts unknown = {0};
	AUTO_FREE char *path = path_join(project, "planned");
	AUTO_RESOLVED struct resolved s;
	struct err e = {0};

	(void)state;
	assert_ok(resolve_text("\"home\":{\"source\":\"planned\"}", &unknown, &s, &e));
	assert_string_equal(s.mounts[0].source, path);
	assert_int_equal(access(path, F_OK), -1);
}

static void words_for_everything(void **state)
{
	AUTO_RESOLVED struct resolved s;
	static const char *const want[] = {"be root in the container",
		"use the capability SYS_PTRACE",
		"gain privileges through setuid programs",
		"change its confinement: seccomp=unconfined", "use the device /dev/null",
		"use all GPUs", "share the host's IPC", "see the host's processes",
		"be reached from the network at 0.0.0.0:80",
		"set the kernel parameter net.core.somaxconn",
		"start again by itself, also after a reboot"};

	(void)state;
	resolve_ok(
		"\"user\":{\"mode\":\"root\"},\"capability\":[\"SYS_PTRACE\"],"
		"\"security\":[\"no-new-privileges=false\",\"seccomp=unconfined\"],"
		"\"device\":[{\"source\":\"/dev/null\"}],\"gpus\":{\"select\":\"all\"},"
		"\"ipc\":\"host\",\"pid\":\"host\",\"port\":[{\"host_ip\":\"0.0.0.0\","
		"\"host\":80,\"container\":80}],\"keep\":true,\"restart\":\"always\","
		"\"sysctl\":{\"net.core.somaxconn\":\"1\"}",
		&s);
	for (size_t i = 0; i < COUNT_OF(want); i++)
		if (!rights_say(&rights, want[i]))
			fail_msg("missing: %s", want[i]);
	assert_int_equal(rights.n, COUNT_OF(want));
}

static int set_up(void **state)
{
	AUTO_FREE char *link = NULL, *sub = NULL, *mark = NULL;

	(void)state;
	assert_non_null(mkdtemp(project));
	link = path_join(project, "link");
	sub = path_join(project, "sub");
	mark = path_join(project, ".git"); /* it is a project */
	assert_int_equal(mkdir(mark, 0700), 0);
	assert_int_equal(symlink("/etc", link), 0);
	return mkdir(sub, 0700);
}

static int clear(void **state)
{
	(void)state;
	shell("rm -rf '%s'", project);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_link_out_of_the_project_shows_its_real_path),
		cmocka_unit_test(a_parent_of_the_engines_socket_is_the_engine),
		cmocka_unit_test(an_explicit_user),
		cmocka_unit_test_teardown(the_hosts_user, back_to_this_process),
		cmocka_unit_test(environment_has_an_order),
		cmocka_unit_test(no_display_is_said),
		cmocka_unit_test_teardown(
			least_access_is_the_default, back_to_this_process),
		cmocka_unit_test(the_images_user_may_be_root),
		cmocka_unit_test(a_plan_makes_no_directory),
		cmocka_unit_test(words_for_everything),
	};

	mem_init();
	return cmocka_run_group_tests(tests, set_up, clear);
}
