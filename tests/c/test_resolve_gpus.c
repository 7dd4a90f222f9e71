/* SPDX-License-Identifier: MIT */
/* GPUs and CDI devices, as plans ask for them and engines can give them. */
#include "gpu_test.h"

#include "host/claim.h"
#include "resolve_test.h"
#include "rights_test.h"

static char *scratch;
static const struct engine_facts docker = {0};

static int resolve_text(const char *members, const struct engine_facts *facts,
	struct resolved *s, struct err *e)
{
	AUTO_RIGHTS struct rights rights = {0};

	return resolve_members(members, scratch, facts, s, &rights, e);
}

static void resolve_ok(const char *members, struct resolved *s)
{
	struct err e = {0};

	if (resolve_text(members, &docker, s, &e) < 0)
		fail_msg("%s: %s", members, e.msg);
}

static void refused(
	const char *members, const struct engine_facts *facts, const char *why)
{
	AUTO_RESOLVED struct resolved s;
	struct err e = {0};

	assert_int_equal(resolve_text(members, facts, &s, &e), -1);
	assert_has(e.msg, why);
}

static void without_a_driver(void **state)
{
	AUTO_RESOLVED struct resolved s, t, u;
	static const struct engine_facts podman = {.cdi_only = true,
		.no_gpus = "it passes none on; go without: --gpus none"};
	struct err e = {0};

	(void)state;
	setenv("CNNRUN_NVML", "/nonexistent/libnvidia-ml.so", 1);
	resolve_ok("\"gpus\":{\"select\":\"ids\",\"ids\":[\"2\",\"3\"]}", &s);
	assert_int_equal(s.set.gpus.ids.n, 2);
	assert_int_equal(s.set.gpus.capabilities.n, 0);
	assert_null(kvs_get(&s.env, "NVIDIA_DRIVER_CAPABILITIES"));
	resolve_ok("\"gpus\":{\"select\":\"all\",\"optional\":true}", &t);
	assert_int_equal(t.set.gpus.select, GPU_NONE);
	refused("\"gpus\":{\"select\":\"all\"}", &podman, "--gpus none");
	assert_ok(resolve_text(
		"\"gpus\":{\"select\":\"all\",\"optional\":true}", &podman, &u, &e));
	refused("\"gpus\":{\"select\":\"count\",\"count\":1,\"pick\":\"free\"}", &docker,
		"so none can be picked");
}

static void by_their_type(void **state)
{
	AUTO_RESOLVED struct resolved s;

	(void)state;
	nvml_stand_in(scratch, "NEW");
	resolve_ok("\"gpus\":{\"select\":\"count\",\"count\":2,\"type\":\"t4\"}", &s);
	assert_int_equal(s.set.gpus.select, GPU_IDS);
	assert_string_equal(s.set.gpus.ids.v[0], "2");
	assert_string_equal(s.set.gpus.ids.v[1], "3");
	refused("\"gpus\":{\"select\":\"count\",\"count\":2,\"type\":\"a100\"}", &docker,
		"2 GPUs are asked for, and this machine has 1 of type a100 (");
}

static void what_can_never_be_picked(void **state)
{
	AUTO_RESOLVED struct resolved s;

	(void)state;
	nvml_stand_in(scratch, "NEW");
	resolve_ok("\"gpus\":{\"select\":\"count\",\"count\":3,\"pick\":\"free\"}", &s);
	assert_int_equal(s.set.gpus.select, GPU_COUNT);
	assert_int_equal(s.set.gpus.pick, GPU_PICK_FREE);
	refused("\"gpus\":{\"select\":\"count\",\"count\":4,\"pick\":\"free\"}", &docker,
		"4 GPUs are asked for, and this machine has 3 (");
	refused("\"gpus\":{\"select\":\"count\",\"count\":2,\"pick\":\"free\","
		"\"min_free\":20000000000}",
		&docker, "this machine has 1 with that much memory");
}

static void the_capabilities(void **state)
{
	static const struct {
		const char *gpus, *rest, *want;
	} cases[] = {
		{"", "", NULL}, /* the image's word counts */
		{",\"capabilities\":[\"compute\",\"ngx\"]", "", "compute,ngx"},
		{",\"capabilities\":[\"gpu\"]", "", NULL},
		{",\"capabilities\":[\"all\"]", "", "all"},
		{",\"capabilities\":[\"all\"]",
			",\"env\":{\"set\":{\"NVIDIA_DRIVER_CAPABILITIES\":\"video\"}}",
			"video"},
		{"", ",\"wayland\":{\"optional\":true}", "all"},
		{",\"capabilities\":[\"graphics\"]", ",\"wayland\":{\"optional\":true}",
			"graphics"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		AUTO_RESOLVED struct resolved s;
		AUTO_FREE char *text = xasprintf("\"gpus\":{\"select\":\"all\"%s}%s",
			cases[i].gpus, cases[i].rest);
		const char *got;

		resolve_ok(text, &s);
		got = kvs_get(&s.env, "NVIDIA_DRIVER_CAPABILITIES");
		if (!cases[i].want != !got || (got && strcmp(got, cases[i].want) != 0))
			fail_msg("%s: %s", text, got ? got : "nothing");
	}
}

static void by_the_runtime(void **state)
{
	static const struct engine_facts plain = {.version = "20.10.24"},
					 jetson = {.version = "20.10.24", .nvidia = true};
	AUTO_RESOLVED struct resolved s, t, u;
	struct err e = {0};

	(void)state;
	setenv("CNNRUN_NVML", "/nonexistent/libnvidia-ml.so", 1);
	assert_ok(resolve_text("\"gpus\":{\"select\":\"all\",\"runtime\":true,"
			       "\"optional\":true}",
		&jetson, &s, &e));
	assert_string_equal(kvs_get(&s.env, "NVIDIA_VISIBLE_DEVICES"), "all");
	assert_ok(resolve_text("\"gpus\":{\"select\":\"count\",\"count\":2,"
			       "\"runtime\":true}",
		&jetson, &t, &e));
	assert_string_equal(kvs_get(&t.env, "NVIDIA_VISIBLE_DEVICES"), "0,1");
	refused("\"gpus\":{\"select\":\"all\",\"runtime\":true}", &plain,
		"nvidia-ctk runtime configure");
	assert_ok(resolve_text("\"gpus\":{\"select\":\"all\",\"runtime\":true,"
			       "\"optional\":true}",
		&plain, &u, &e));
	assert_int_equal(u.set.gpus.select, GPU_NONE);
}

static void cdi_devices(void **state)
{
	static const struct engine_facts plain = {.version = "20.10.24"},
					 knows = {.version = "28.2.2", .cdi = true};
	AUTO_RESOLVED struct resolved s, t;
	AUTO_RIGHTS struct rights rights = {0};
	struct err e = {0};

	(void)state;
	assert_ok(resolve_members("\"device\":[{\"source\":\"v.com/c=d:1\"}]", scratch,
		&knows, &s, &rights, &e));
	assert_string_equal(s.set.devices[0].source, "v.com/c=d:1");
	assert_true(rights_say(&rights, "use the device v.com/c=d:1"));
	refused("\"device\":[{\"source\":\"v.com/c=d\"}]", &plain,
		"passes no CDI devices on");
	assert_ok(
		resolve_text("\"device\":[{\"source\":\"v.com/c=d\",\"optional\":true}]",
			&plain, &t, &e));
	assert_int_equal(t.set.n_devices, 0);
}

static void none_of_amd(void **state)
{
	AUTO_RESOLVED struct resolved s;

	(void)state;
	if (access("/sys/class/drm", F_OK) == 0)
		skip(); /* a machine that may have one */
	refused("\"gpus\":{\"select\":\"all\",\"vendor\":\"amd\"}", &docker,
		"no GPU of AMD here");
	resolve_ok(
		"\"gpus\":{\"select\":\"all\",\"vendor\":\"amd\",\"optional\":true}", &s);
	assert_int_equal(s.set.n_devices, 0);
}

static int setup(void **state)
{
	(void)state;
	scratch = scratch_make();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	scratch_end(scratch);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_driver),
		cmocka_unit_test(by_their_type),
		cmocka_unit_test(what_can_never_be_picked),
		cmocka_unit_test(the_capabilities),
		cmocka_unit_test(by_the_runtime),
		cmocka_unit_test(cdi_devices),
		cmocka_unit_test(none_of_amd),
	};

	mem_init();
	return cmocka_run_group_tests(tests, setup, teardown);
}
