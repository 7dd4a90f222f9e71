/* SPDX-License-Identifier: MIT */
#include "gpu_test.h"

static char *scratch;

static void use(const char *variant)
{
	nvml_stand_in(scratch, variant);
}

static void test_four_gpus_and_mig(void **state)
{
	AUTO_GPUS struct host_gpus g;
	struct err e;

	(void)state;
	use("NEW");
	assert_ok(host_gpus_get(&g, &e));
	assert_true(g.driver);
	assert_string_equal(g.problem, "");
	assert_string_equal(g.version, "535.183.01");
	assert_string_equal(g.cuda, "12.2");
	assert_int_equal(g.n, 6);
	assert_int_equal(g.v[0].index, 0);
	assert_int_equal(g.v[0].mig_of, -1);
	assert_int_equal(g.v[0].memory, 42949672960ull);
	assert_string_equal(g.v[0].name, "Stand-in A100");
	assert_string_equal(g.v[0].uuid, "GPU-00000000-aaaa-bbbb-cccc-000000000000");
	assert_int_equal(g.v[1].index, 1);
	assert_int_equal(g.v[2].mig_of, 1);
	assert_int_equal(g.v[2].index, 0);
	assert_string_equal(g.v[2].uuid, "MIG-44444444-aaaa-bbbb-cccc-444444444444");
	assert_int_equal(g.v[3].mig_of, 1);
	assert_int_equal(g.v[3].index, 2);
	assert_int_equal(g.v[4].index, 2);
	assert_int_equal(g.v[5].index, 3);
	assert_string_equal(g.v[5].name, "Stand-in T4");
}

static void test_how_busy(void **state)
{
	AUTO_GPUS struct host_gpus g;
	AUTO_FREE char *file = path_join(scratch, "busy");

	(void)state;
	use("BUSY");
	put("/", file, "1024 99 2\n40960 0 0\n");
	setenv("FAKE_GPUS", file, 1);
	host_gpus_measure(&g);
	unsetenv("FAKE_GPUS");
	assert_int_equal(g.n, 4);
	assert_int_equal(g.v[0].free, 1ull << 30);
	assert_int_equal(g.v[0].use, 99);
	assert_int_equal(g.v[0].processes, 2);
	assert_int_equal(g.v[1].processes, 0);
	assert_false(g.v[1].cut);
	host_gpus_free(&g);
	use("NEW");
	host_gpus_measure(&g);
	assert_false(g.v[0].cut); /* after a reset only */
	assert_true(g.v[1].cut);
	assert_int_equal(g.v[2].use, -1);
}

/* In the order of their numbers, without cards and those of others. */
static void test_amd(void **state)
{
	static const char *const files[][2] = {{"renderD129/device/vendor", "0x1002\n"},
		{"renderD128/device/vendor", "0x10de\n"},
		{"renderD1000/device/vendor", "0x1002\n"},
		{"renderD130/device/vendor", "0x1002\n"},
		{"card1/device/vendor", "0x1002\n"}, {"renderD131/none", ""}};
	AUTO_STRV struct strv nodes = {0}, none = {0};
	AUTO_FREE char *all = NULL;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		AUTO_FREE char *path = xasprintf("%s/drm/%s", scratch, files[i][0]);
		AUTO_FREE char *dir = path_join(path, "..");

		assert_int_equal(dir_make(dir, 0700, NULL), 0);
		put("/", path, files[i][1]);
	}
	all = xasprintf("%s/drm", scratch);
	host_amd_gpus(all, &nodes);
	free(all);
	all = strv_join(&nodes, " ");
	assert_string_equal(
		all, "/dev/dri/renderD129 /dev/dri/renderD130 /dev/dri/renderD1000");
	host_amd_gpus("/nonexistent", &none);
	assert_int_equal(none.n, 0);
}

static void test_old_driver_has_no_mig(void **state)
{
	AUTO_GPUS struct host_gpus g;
	struct err e;

	(void)state;
	use("OLD");
	assert_ok(host_gpus_get(&g, &e));
	assert_true(g.driver);
	assert_int_equal(g.n, 4);
	for (size_t i = 0; i < g.n; i++)
		assert_int_equal(g.v[i].mig_of, -1);
}

static void test_library_without_driver(void **state)
{
	AUTO_GPUS struct host_gpus g;
	struct err e;

	(void)state;
	use("UNLOADED");
	assert_ok(host_gpus_get(&g, &e));
	assert_false(g.driver);
	assert_int_equal(g.n, 0);
	assert_non_null(strstr(g.problem, "Driver Not Loaded"));
}

static void test_hostile_answers_are_contained(void **state)
{
	AUTO_GPUS struct host_gpus g;
	struct err e;

	(void)state;
	use("HOSTILE");
	assert_ok(host_gpus_get(&g, &e));
	assert_int_equal(g.n, 6);
	assert_int_equal(strlen(g.v[0].uuid), sizeof g.v[0].uuid - 1);
	assert_null(strchr(g.v[0].uuid, '\033'));
	assert_null(strchr(g.v[0].name, '\033'));
	assert_null(strchr(g.version, '\033'));
}

static void test_no_library(void **state)
{
	AUTO_GPUS struct host_gpus g;
	struct err e;

	(void)state;
	setenv("CNNRUN_NVML", "/nonexistent/libnvidia-ml.so.1", 1);
	assert_ok(host_gpus_get(&g, &e));
	assert_false(g.driver);
	assert_int_equal(g.n, 0);
	assert_non_null(strstr(g.problem, "no NVIDIA driver"));
}

static void test_library_of_something_else(void **state)
{
	AUTO_GPUS struct host_gpus g;
	struct err e;

	(void)state;
	setenv("CNNRUN_NVML", "libm.so.6", 1);
	assert_ok(host_gpus_get(&g, &e));
	assert_false(g.driver);
	assert_non_null(strstr(g.problem, "a function is missing"));
}

static void test_cdi(void **state)
{
	static const struct {
		const char *file, *text;
		bool gpus;
	} cases[] = {
		{"nvidia.yaml", "cdiVersion: 0.5.0\nkind: nvidia.com/gpu\ndevices: []\n",
			true},
		{"nvidia.json", "{\"cdiVersion\":\"0.5.0\",\"kind\":\"nvidia.com/gpu\"}",
			true},
		{"nvidia.json", "{\n  \"kind\" :\n  \"nvidia.com/gpu\"\n}", true},
		{"last.yaml", "kind: nvidia.com/gpu", true},
		{"other.yaml", "kind: amd.com/gpu\n", false},
		{"near.yaml", "kind: nvidia.com/gpu-like\n", false},
		{"word.yaml", "# nvidia.com/gpu\nmankind\n", false},
		{"nvidia.txt", "kind: nvidia.com/gpu\n", false},
		{"empty.json", "", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		AUTO_FREE char *dir = xasprintf("%s/cdi%zu", scratch, i);
		AUTO_FREE char *path = path_join(dir, cases[i].file);

		assert_int_equal(mkdir(dir, 0700), 0);
		put("/", path, cases[i].text);
		if (host_cdi_in(dir) != cases[i].gpus)
			fail_msg("%s: %s", cases[i].file, cases[i].text);
	}
	assert_false(host_cdi_in("/nonexistent"));
}

static void test_toolkit(void **state)
{
	AUTO_FREE char *ctk = path_join(scratch, "nvidia-ctk");
	AUTO_FREE char *hook = path_join(scratch, "nvidia-container-runtime-hook");
	AUTO_FREE char *old = xstrdup(getenv("PATH")), *found = NULL;

	(void)state;
	setenv("PATH", scratch, 1);
	put("/", hook, "not executable");
	put("/", ctk, "#!/bin/sh\n");
	assert_int_equal(chmod(ctk, 0755), 0);
	found = host_nvidia_toolkit();
	setenv("PATH", old, 1);
	/* A machine that has the real hook finds that one first. */
	assert_non_null(found);
	if (strncmp(found, "/usr/", 5) != 0)
		assert_string_equal(found, ctk);
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
	unsetenv("CNNRUN_NVML");
	scratch_end(scratch);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_four_gpus_and_mig),
		cmocka_unit_test(test_how_busy),
		cmocka_unit_test(test_amd),
		cmocka_unit_test(test_old_driver_has_no_mig),
		cmocka_unit_test(test_library_without_driver),
		cmocka_unit_test(test_hostile_answers_are_contained),
		cmocka_unit_test(test_no_library),
		cmocka_unit_test(test_library_of_something_else),
		cmocka_unit_test(test_cdi),
		cmocka_unit_test(test_toolkit),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
