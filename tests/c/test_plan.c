/* SPDX-License-Identifier: MIT */
/* Plans: every primitive read and written back, and every kind of nonsense refused. */
#include "test.h"

#include "plan/plan.h"

/* One of everything, in the order in which plan_json writes. */
static const char whole[] =
	"{\"version\":1,\"about\":\"x\",\"pull\":\"always\",\"env\":{\"A\":\"1\"},"
	"\"env_pass\":[\"LANG\"],\"env_files\":[\".env\"],\"workdir\":\"/w\","
	"\"hostname\":\"box\",\"name\":\"my-box\",\"network\":\"none\","
	"\"extra_hosts\":{\"db\":\"10.0.0.1\"},\"dns\":[\"1.1.1.1\"],"
	"\"ipc\":\"host\",\"pid\":\"host\",\"shm\":1024,\"cpus\":1.5,"
	"\"cpuset\":\"0-1\",\"memory\":4096,\"memory_swap\":-1,\"pids\":10,"
	"\"cap_add\":[\"SYS_PTRACE\"],\"cap_drop\":[\"CHOWN\"],"
	"\"security_opt\":[\"seccomp=unconfined\"],\"no_new_privileges\":false,"
	"\"readonly_rootfs\":true,\"labels\":{\"l\":\"v\"},"
	"\"sysctls\":{\"net.core.somaxconn\":\"1\"},\"timezone\":\"host\",\"init\":false,"
	"\"keep\":true,\"log\":true,\"detach\":true,\"tty\":false,"
	"\"stop_signal\":\"SIGINT\",\"stop_timeout\":5,\"detach_keys\":\"ctrl-a\","
	"\"restart\":\"on-failure:3\","
	"\"build\":{\"tag\":\"t:1\",\"context\":\".\",\"dockerfile\":\"d/Dockerfile\","
	"\"target\":\"x\",\"network\":\"host\",\"platform\":\"linux/amd64\","
	"\"base\":\"debian:12\",\"args\":{\"K\":\"V\"},\"labels\":{\"a\":\"b\"},"
	"\"cache_from\":[\"t:0\"],\"pull\":true,\"no_cache\":true},"
	"\"mounts\":[{\"type\":\"bind\",\"source\":\".\",\"target\":\"/a\","
	"\"readonly\":true,\"optional\":true,\"create\":true},"
	"{\"type\":\"volume\",\"source\":\"vol\",\"target\":\"/b\"},"
	"{\"type\":\"tmpfs\",\"target\":\"/c\",\"size\":10,\"mode\":448}],"
	"\"user\":{\"mode\":\"explicit\",\"uid\":1000,\"gid\":100,\"name\":\"bob\","
	"\"groups\":[\"video\"]},"
	"\"home\":{\"source\":\"home\",\"target\":\"/h\"},"
	"\"gpus\":{\"select\":\"ids\",\"ids\":[\"2\",\"GPU-00ff00ff\"],"
	"\"capabilities\":[\"compute\"],\"optional\":true},"
	"\"display\":{\"mode\":\"cookie\",\"optional\":true},\"xhost\":\"local\","
	"\"wayland\":{\"optional\":true},\"audio\":{},\"dbus\":{},"
	"\"entrypoint\":[\"e\"],\"command\":[\"c\",\"d\"],"
	"\"ports\":[{\"host_ip\":\"127.0.0.1\",\"protocol\":\"tcp\",\"host\":8080,"
	"\"container\":80}],"
	"\"devices\":[{\"source\":\"/dev/null\",\"target\":\"/dev/n\","
	"\"permissions\":\"rw\",\"optional\":true}],"
	"\"ulimits\":[{\"name\":\"nofile\",\"soft\":1,\"hard\":2}]}";

static int parse(struct plan *p, const char *text, struct err *e)
{
	AUTO_JSON cJSON *j = json_parse(text, strlen(text), e);

	assert_non_null(j);
	plan_init(p);
	return plan_parse(p, j, e);
}

static void everything_survives_both_ways(void **state)
{
	struct err e = {0};
	AUTO_PLAN struct plan p;
	AUTO_JSON cJSON *out = NULL;
	AUTO_FREE char *text = NULL;

	(void)state;
	if (parse(&p, whole, &e) < 0)
		fail_msg("%s", e.msg);
	out = plan_json(&p);
	text = json_text(out, false);
	assert_string_equal(text, whole);
}

static void an_empty_command_is_a_command(void **state)
{
	struct err e = {0};
	AUTO_PLAN struct plan p;

	(void)state;
	assert_int_equal(
		parse(&p, "{\"version\":1,\"image\":\"a\",\"command\":[]}", &e), 0);
	assert_true(p.set.has_command);
	assert_int_equal(p.set.command.n, 0);
	assert_false(p.set.has_entrypoint);
	assert_int_equal(p.set.tty, -1);
	assert_true(p.set.init && p.no_new_privileges);
}

static void errors_name_the_line_of_the_profile(void **state)
{
	struct err e = {0};
	AUTO_PLAN struct plan p;

	(void)state;
	assert_int_equal(parse(&p,
				 "{\"version\":1,\"image\":\"a\",\"workdir\":\"rel\","
				 "\"at\":{\"workdir\":\"gui.lua:12\"}}",
				 &e),
		-1);
	assert_string_equal(e.msg,
		"gui.lua:12: workdir: \"rel\" must be an absolute path in "
		"the container");
	assert_string_equal(plan_at(&p, "workdir"), "gui.lua:12");
}

static void nonsense_is_refused(void **state)
{
	static const struct {
		const char *members, *says;
	} bad[] = {
		{"\"nonsense\":1", "no such primitive"},
		{"\"image\":\"\"", "no image reference"},
		{"\"image\":\"-x\"", "no image reference"},
		{"\"image\":\"a b\"", "no image reference"},
		{"\"image\":7", "must be a string"},
		{"\"pull\":\"perhaps\"", "\"missing\" or \"always\" or \"never\""},
		{"\"env\":[\"A=1\"]", "must be a table"},
		{"\"env\":{\"A\":1}", "A must be a string"},
		{"\"env\":{\"A=B\":\"1\"}", "environment variable"},
		{"\"workdir\":\"/a/../b\"", "must not contain"},
		{"\"name\":\"-\"", "must be 2 to 128"},
		{"\"name\":\"a/b\"", "must be 2 to 128"},
		{"\"hostname\":\"a_b\"", "must be 1 to 63"},
		{"\"dns\":[\"one\"]", "no IP address"},
		{"\"ipc\":\"container:x\"", "\"private\""},
		{"\"pid\":\"private\"", "\"host\""},
		{"\"shm\":-1", "at least 0"},
		{"\"shm\":1.5", "whole number"},
		{"\"shm\":1e300", "whole number"},
		{"\"cpus\":-1", "not negative"},
		{"\"cpuset\":\"all\"", "list of CPUs"},
		{"\"cap_add\":[\"CAP_SYS_ADMIN\"]", "no capability"},
		{"\"cap_add\":[\"sys_admin\"]", "no capability"},
		{"\"timezone\":\"../x\"", "Europe/Berlin"},
		{"\"stop_signal\":\"a b\"", "no signal"},
		{"\"restart\":\"maybe\"", "on-failure"},
		{"\"restart\":\"always\"", "needs c:keep"},
		{"\"build\":{}", "tag is missing"},
		{"\"build\":{\"tag\":\"a\",\"colour\":1}", "unknown key \"colour\""},
		{"\"mounts\":{}", "must be a list"},
		{"\"mounts\":[{\"type\":\"nfs\"}]",
			"\"bind\" or \"volume\" or \"tmpfs\""},
		{"\"mounts\":[{\"type\":\"bind\",\"target\":\"/a\"}]",
			"source is missing"},
		{"\"mounts\":[{\"source\":\"/a\"}]", "target is missing"},
		{"\"mounts\":[{\"source\":\"/\",\"target\":\"/\"}]", "cannot be a mount"},
		{"\"mounts\":[{\"source\":\"/\",\"target\":\"/./\"}]",
			"cannot be a mount"},
		{"\"mounts\":[{\"source\":\"/\",\"target\":\"a\"}]", "absolute path"},
		{"\"mounts\":[{\"type\":\"volume\",\"source\":\"../x\",\"target\":\"/"
		 "a\"}]",
			"volume name"},
		{"\"mounts\":[{\"type\":\"tmpfs\",\"source\":\"x\",\"target\":\"/a\"}]",
			"no source"},
		{"\"mounts\":[{\"source\":\"/\",\"target\":\"/a\",\"size\":1}]",
			"for tmpfs only"},
		{"\"mounts\":[{\"source\":\"/\",\"target\":\"/a\"},"
		 "{\"source\":\"/x\",\"target\":\"/a\"}]",
			"mounted twice"},
		{"\"user\":{\"mode\":\"explicit\"}", "uid is missing"},
		{"\"user\":{\"mode\":\"host\",\"uid\":1}", "explicit user only"},
		{"\"user\":{\"mode\":\"explicit\",\"uid\":4294967295}", "between"},
		{"\"user\":{\"mode\":\"explicit\",\"uid\":1,\"name\":\"a:b\"}",
			"must be 2"},
		{"\"home\":{}", "source is missing"},
		{"\"gpus\":{\"select\":\"ids\"}", "ids go with"},
		{"\"gpus\":{\"select\":\"ids\",\"ids\":[\"x\"]}", "is no GPU"},
		{"\"gpus\":{\"select\":\"ids\",\"ids\":[\"1,2\"]}", "is no GPU"},
		{"\"gpus\":{\"select\":\"ids\",\"ids\":[\"1\",\"1\"]}", "named twice"},
		{"\"gpus\":{\"select\":\"count\"}", "count goes with"},
		{"\"gpus\":{\"select\":\"all\",\"capabilities\":[\"fly\"]}",
			"no driver capability"},
		{"\"display\":{\"mode\":\"local\"}", "\"auto\""},
		{"\"xhost\":\"everybody\"", "\"user\" or \"local\""},
		{"\"audio\":[1]", "must be a table"},
		{"\"ports\":[{\"host\":1}]", "container is missing"},
		{"\"ports\":[{\"container\":70000}]", "between 1 and 65535"},
		{"\"ports\":[{\"container\":1,\"host_ip\":\"lan\"}]", "no IP address"},
		{"\"ports\":[{\"container\":1,\"protocol\":\"icmp\"}]", "\"tcp\""},
		{"\"network\":\"host\",\"ports\":[{\"container\":1}]", "host's network"},
		{"\"devices\":[{}]", "source is missing"},
		{"\"devices\":[{\"source\":\"/dev/x\",\"permissions\":\"q\"}]", "rwm"},
		{"\"ulimits\":[{\"name\":\"nofile\"}]", "name and soft"},
		{"\"ulimits\":[{\"name\":\"nofiles\",\"soft\":1}]", "is no limit"},
		{"\"ulimits\":[{\"name\":\"nofile\",\"soft\":3,\"hard\":2}]", "above"},
		{"\"privileged\":true,\"cap_drop\":[\"CHOWN\"]", "cannot drop"},
		{"\"tty\":1", "true or false"},
		{"\"at\":7", "at must be"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		AUTO_FREE char *text = xasprintf("{\"version\":1%s,%s}",
			strstr(bad[i].members, "\"image\"") ? "" : ",\"image\":\"a\"",
			bad[i].members);
		struct err e = {0};
		AUTO_PLAN struct plan p;

		if (parse(&p, text, &e) == 0)
			fail_msg("accepted: %s", text);
		if (!strstr(e.msg, bad[i].says))
			fail_msg("%s: \"%s\" does not say \"%s\"", text, e.msg,
				bad[i].says);
	}
}

static void no_image_no_plan(void **state)
{
	struct err e = {0};
	AUTO_PLAN struct plan p;

	(void)state;
	assert_int_equal(parse(&p, "{\"version\":1}", &e), -1);
	assert_non_null(strstr(e.msg, "c:image or c:build"));
	assert_int_equal(parse(&p, "{\"version\":2,\"image\":\"a\"}", &e), -1);
	assert_int_equal(parse(&p, "[]", &e), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_survives_both_ways),
		cmocka_unit_test(an_empty_command_is_a_command),
		cmocka_unit_test(errors_name_the_line_of_the_profile),
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(no_image_no_plan),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
