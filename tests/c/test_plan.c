/* SPDX-License-Identifier: MIT */
/* Plans: every kind of nonsense is refused, at the line of the profile. What is sense is
 * test_settings'. */
#include "test.h"

#include "plan/plan.h"

/* The plan of a container with these members. */
static char *text_of(const char *members)
{
	return xasprintf("{\"version\":2,\"containers\":{\"main\":{%s%s}}}",
		strstr(members, "\"image\"") ? "" : "\"image\":{\"reference\":\"a\"},",
		members);
}

static int parse_text(struct plan *p, const char *text, struct err *e)
{
	AUTO_JSON cJSON *j = json_parse(text, strlen(text), e);

	assert_non_null(j);
	plan_init(p);
	return plan_parse(p, j, e);
}

static int parse(struct plan *p, const char *members, struct err *e)
{
	AUTO_FREE char *text = text_of(members);

	return parse_text(p, text, e);
}

static void an_empty_command_is_a_command(void **state)
{
	struct err e = {0};
	AUTO_PLAN struct plan p;

	(void)state;
	assert_int_equal(parse(&p, "\"command\":[]", &e), 0);
	assert_true(p.set.has_command);
	assert_int_equal(p.set.command.n, 0);
	assert_false(p.set.has_entrypoint);
	assert_int_equal(p.set.tty, -1);
	assert_true(p.set.init);
}

static void errors_name_the_line_of_the_profile(void **state)
{
	struct err e = {0};
	AUTO_PLAN struct plan p, q, r, s;

	(void)state;
	assert_int_equal(
		parse(&p, "\"workdir\":\"rel\",\"at\":{\"workdir\":\"gui.lua:12\"}", &e),
		-1);
	assert_string_equal(e.msg,
		"gui.lua:12: workdir: \"rel\" must be an absolute path in "
		"the container");
	assert_string_equal(plan_at(&p, "workdir"), "gui.lua:12");
	assert_int_equal(parse(&q,
				 "\"mount\":[{\"source\":\"/\",\"target\":\"/a\"},"
				 "{\"source\":\"/\",\"target\":\"b\"}],"
				 "\"at\":{\"mount/0\":\"x:1\",\"mount/1\":\"x:2\"}",
				 &e),
		-1);
	assert_non_null(strstr(e.msg, "x:2: mount: target: "));
	assert_int_equal(parse(&r,
				 "\"limit\":{\"memory\":1,\"cpuset\":\"all\"},\"at\":{"
				 "\"limit/memory\":\"x:1\",\"limit/cpuset\":\"x:2\"}",
				 &e),
		-1);
	assert_non_null(strstr(e.msg, "x:2: limit: cpuset: "));
	assert_int_equal(parse(&s,
				 "\"dns\":[\"1.1.1.1\",\"one\"],"
				 "\"at\":{\"dns/0\":\"x:1\",\"dns/1\":\"x:2\"}",
				 &e),
		-1);
	assert_non_null(strstr(e.msg, "x:2: dns: "));
}

static void nonsense_is_refused(void **state)
{
	static const struct {
		const char *members, *says;
	} bad[] = {
		{"\"nonsense\":1", "no such primitive"},
		{"\"image\":{\"reference\":\"\"}", "no image reference"},
		{"\"image\":{\"reference\":\"-x\"}", "no image reference"},
		{"\"image\":{\"reference\":\"a b\"}", "no image reference"},
		{"\"image\":{\"reference\":\"a/Busybox:T\"}", "has a capital letter"},
		{"\"image\":{\"reference\":7}", "must be a string"},
		{"\"image\":{\"pull\":\"perhaps\"}",
			"\"missing\" or \"always\" or \"never\""},
		{"\"env\":[\"A=1\"]", "must be a table"},
		{"\"env\":{\"set\":[\"A=1\"]}", "must be a table"},
		{"\"env\":{\"set\":{\"A\":1}}", "A must be a string"},
		{"\"env\":{\"set\":{\"A=B\":\"1\"}}", "environment variable"},
		{"\"workdir\":\"/a/../b\"", "must not contain"},
		{"\"name\":\"-\"", "must be 2 to 128"},
		{"\"name\":\"a/b\"", "must be 2 to 128"},
		{"\"hostname\":\"a_b\"", "must be 1 to 63"},
		{"\"dns\":[\"one\"]", "no IP address"},
		{"\"ipc\":\"container:x\"", "\"private\""},
		{"\"pid\":\"other\"", "\"private\" or \"host\""},
		{"\"shm\":-1", "at least 1"},
		{"\"shm\":1.5", "whole number"},
		{"\"shm\":1e300", "whole number"},
		{"\"limit\":{\"cpus\":-1}", "above 0"},
		{"\"limit\":{\"cpuset\":\"all\"}", "list of CPUs"},
		{"\"capability\":[\"CAP_SYS_ADMIN\"]", "no capability"},
		{"\"capability\":[\"sys_admin\"]", "no capability"},
		{"\"timezone\":\"../x\"", "Europe/Berlin"},
		{"\"stop\":{\"signal\":\"a b\"}", "no signal"},
		{"\"restart\":\"maybe\"", "on-failure"},
		{"\"restart\":\"always\"", "needs c:keep"},
		{"\"prepare\":[{\"command\":[\"a\"]}]", "needs c:box"},
		{"\"box\":true,\"prepare\":[{}]", "the command is missing"},
		{"\"box\":true,\"limit\":{\"time\":5}", "a limit of time is for a run"},
		{"\"box\":true,\"changes\":true", "c:changes is for a run"},
		{"\"box\":true,\"network_allow\":[\"example.org\"]", "is for a run"},
		{"\"box\":true,\"gpus\":{\"select\":\"count\",\"count\":1,\"pick\":"
		 "\"free\"}",
			"is for a run"},
		{"\"build\":{}", "tag is missing"},
		{"\"build\":{\"tag\":\"a\",\"colour\":1}", "unknown key \"colour\""},
		{"\"mount\":{}", "must be a list"},
		{"\"mount\":[{\"type\":\"nfs\"}]", "\"bind\" or \"volume\" or \"tmpfs\""},
		{"\"mount\":[{\"type\":\"bind\",\"target\":\"/a\"}]",
			"source is missing"},
		{"\"mount\":[{\"source\":\"/a\"}]", "target is missing"},
		{"\"mount\":[{\"source\":\"/\",\"target\":\"/\"}]", "cannot be a mount"},
		{"\"mount\":[{\"source\":\"/\",\"target\":\"/./\"}]",
			"cannot be a mount"},
		{"\"mount\":[{\"source\":\"/\",\"target\":\"a\"}]", "absolute path"},
		{"\"mount\":[{\"type\":\"volume\",\"source\":\"../x\",\"target\":\"/"
		 "a\"}]",
			"volume name"},
		{"\"mount\":[{\"type\":\"tmpfs\",\"source\":\"x\",\"target\":\"/a\"}]",
			"no source"},
		{"\"mount\":[{\"source\":\"/\",\"target\":\"/a\",\"size\":1}]",
			"for tmpfs only"},
		{"\"mount\":[{\"source\":\"/\",\"target\":\"/a\"},"
		 "{\"source\":\"/x\",\"target\":\"/a\"}]",
			"mounted twice"},
		{"\"user\":{\"mode\":\"explicit\"}", "uid is missing"},
		{"\"user\":{\"mode\":\"host\",\"uid\":1}", "explicit user only"},
		{"\"user\":{\"mode\":\"explicit\",\"uid\":4294967295}", "between"},
		{"\"user\":{\"mode\":\"explicit\",\"uid\":1,\"name\":\"a:b\"}",
			"no user name"},
		{"\"home\":{}", "source is missing"},
		{"\"gpus\":{\"select\":\"ids\"}", "ids go with"},
		{"\"gpus\":{\"select\":\"ids\",\"ids\":[\"x\"]}", "is no GPU"},
		{"\"gpus\":{\"select\":\"ids\",\"ids\":[\"1,2\"]}", "is no GPU"},
		{"\"gpus\":{\"select\":\"ids\",\"ids\":[\"1\",\"1\"]}", "named twice"},
		{"\"gpus\":{\"select\":\"count\"}", "count goes with"},
		{"\"gpus\":{\"select\":\"all\",\"pick\":\"free\"}", "goes with a count"},
		{"\"gpus\":{\"select\":\"all\",\"pick\":\"best\"}",
			"pick: must be \"first\" or \"free\""},
		{"\"gpus\":{\"select\":\"all\",\"vendor\":\"intel\"}",
			"vendor: must be \"nvidia\" or \"amd\""},
		{"\"gpus\":{\"select\":\"count\",\"count\":65,\"pick\":\"free\"}",
			"at most 64"},
		{"\"gpus\":{\"select\":\"count\",\"count\":1,\"wait\":-1}",
			"min_free and wait go with pick"},
		{"\"gpus\":{\"select\":\"all\",\"vendor\":\"amd\",\"runtime\":true}",
			"are for GPUs of NVIDIA"},
		{"\"gpus\":{\"select\":\"ids\",\"ids\":[\"GPU-00ff00\"],\"vendor\":"
		 "\"amd\"}",
			"have indexes only"},
		{"\"device\":[{\"source\":\"v.com/c=d\",\"target\":\"/dev/d\"}]",
			"says itself"},
		{"\"device\":[{\"source\":\"v.com/c=d\",\"permissions\":\"r\"}]",
			"says itself"},
		{"\"device\":[{\"source\":\"/dev/d\",\"target\":\"v.com/c=d\"}]",
			"says itself"},
		{"\"device\":[{\"source\":\"dev/x\"}]", "name of a CDI device"},
		{"\"device\":[{\"source\":\"v/c=\"}]", "name of a CDI device"},
		{"\"device\":[{\"source\":\"v/c/d=n\"}]", "name of a CDI device"},
		{"\"gpus\":{\"select\":\"all\",\"capabilities\":[\"fly\"]}",
			"must be \"gpu\" or \"compute\""},
		{"\"display\":{\"mode\":\"local\"}", "\"auto\""},
		{"\"xhost\":\"everybody\"", "\"user\" or \"local\""},
		{"\"audio\":[1]", "must be a table"},
		{"\"port\":[{\"host\":1}]", "container is missing"},
		{"\"port\":[{\"container\":70000}]", "between 1 and 65535"},
		{"\"port\":[{\"container\":1,\"host_ip\":\"lan\"}]", "no IP address"},
		{"\"port\":[{\"container\":1,\"protocol\":\"icmp\"}]", "\"tcp\""},
		{"\"network\":\"host\",\"port\":[{\"container\":1}]", "host's network"},
		{"\"device\":[{}]", "source is missing"},
		{"\"device\":[{\"source\":\"/dev/x\",\"permissions\":\"q\"}]", "rwm"},
		{"\"ulimit\":[{\"name\":\"nofile\"}]", "name and soft"},
		{"\"ulimit\":[{\"name\":\"nofiles\",\"soft\":1}]", "must be \"core\""},
		{"\"ulimit\":[{\"name\":\"nofile\",\"soft\":3,\"hard\":2}]", "above"},
		{"\"privileged\":true,\"drop\":[\"CHOWN\"]", "cannot drop"},
		{"\"tty\":1", "true or false"},
		{"\"at\":7", "at must be"},
		{"\"name\":\"a\"", "must be 2 to 128"},
		{"\"network\":\"container:x\"", "name of a network"},
		{"\"network\":\"\"", "name of a network"},
		{"\"host\":{\"a b\":\"1.1.1.1\"}", "no host name"},
		{"\"host\":{\"db\":\"there\"}", "IP address or \"host-gateway\""},
		{"\"env\":{\"set\":{\"A B\":\"\"}}", "environment variable"},
		{"\"env\":{\"pass\":[\"\"]}", "environment variable"},
		{"\"limit\":{\"pids\":0}", "at least 1"},
		{"\"limit\":{\"cpus\":0}", "above 0"},
		{"\"limit\":{\"swap\":-2}", "at least -1"},
		{"\"limit\":{\"cpu\":1}", "unknown key \"cpu\""},
		{"\"stop\":{\"timeout\":-1}", "between 0 and 86400"},
		{"\"detach_keys\":\"alt-x\"", "ctrl-p,ctrl-q"},
		{"\"detach_keys\":\"ctrl-p,\"", "ctrl-p,ctrl-q"},
		{"\"sysctl\":{\"somaxconn\":\"1\"}", "no kernel setting"},
		{"\"security\":[\"\"]", "no option"},
		{"\"security\":[\"no-new-privileges:false\"]", "no-new-privileges=false"},
		{"\"gpus\":{\"select\":\"count\",\"count\":0}", "between 1 and 1024"},
		{"\"user\":{\"mode\":\"explicit\",\"uid\":-1}", "between"},
		{"\"wayland\":{\"\":true}", "unknown key \"\""},
		{"\"mount\":[{\"type\":\"tmpfs\",\"target\":\"/a\",\"mode\":4096}]",
			"between 0 and 4095"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		AUTO_FREE char *text = text_of(bad[i].members);
		struct err e = {0};
		AUTO_PLAN struct plan p;

		if (parse_text(&p, text, &e) == 0)
			fail_msg("accepted: %s", text);
		if (!strstr(e.msg, bad[i].says))
			fail_msg("%s: \"%s\" does not say \"%s\"", text, e.msg,
				bad[i].says);
	}
}

static void no_image_no_plan(void **state)
{
	struct err e = {0};
	AUTO_PLAN struct plan p, q, r;

	(void)state;
	assert_int_equal(
		parse_text(&p, "{\"version\":2,\"containers\":{\"main\":{}}}", &e), -1);
	assert_non_null(strstr(e.msg, "c:image or c:build"));
	assert_int_equal(parse_text(&q, "{\"version\":2}", &e), -1);
	assert_non_null(strstr(e.msg, "no container \"main\""));
	assert_int_equal(parse_text(&r, "[]", &e), -1);
}

static void the_shape_of_a_plan(void **state)
{
	struct err e = {0};
	AUTO_PLAN struct plan p, q, r;

	(void)state;
	assert_int_equal(parse_text(&p,
				 "{\"version\":1,\"containers\":{\"main\":{\"image\":{"
				 "\"reference\":\"a\"}}}}",
				 &e),
		-1);
	assert_string_equal(e.msg, "the plan's version is not 2");
	assert_int_equal(parse_text(&q,
				 "{\"version\":2,\"containers\":{\"main\":{\"image\":{"
				 "\"reference\":\"a\"}},\"db\":{}}}",
				 &e),
		-1);
	assert_string_equal(e.msg, "it names no image; call s:image or s:build");
	assert_int_equal(parse_text(&r,
				 "{\"version\":2,\"image\":{},\"containers\":{\"main\":{"
				 "\"image\":{\"reference\":\"a\"}}}}",
				 &e),
		-1);
	assert_non_null(strstr(e.msg, "no such part"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_command_is_a_command),
		cmocka_unit_test(errors_name_the_line_of_the_profile),
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(no_image_no_plan),
		cmocka_unit_test(the_shape_of_a_plan),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
