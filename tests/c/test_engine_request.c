/* SPDX-License-Identifier: MIT */
/* The request for what each engine takes in its own way. */
#include "test.h"

#include "engine/docker/docker.h"
#include "engine/podman/podman.h"

static const struct engine_info old = {.api_minor = 41};

/* Frees body. */
static void has(cJSON *body, const char *part)
{
	AUTO_FREE char *text = json_text(body, false);

	cJSON_Delete(body);
	assert_has(text, part);
}

/* One asks for devices of any vendor's beside others, and for GPUs. */
static void test_cdi_devices(void **state)
{
	struct plan_device d[] = {{.source = (char[]){"vendor.com/class=name"}},
		{.source = (char[]){"/dev/null"}}, {.source = (char[]){"a.org/b=c"}}};
	struct resolved s = {.set.stop_timeout = -1,
		.set.devices = d,
		.set.n_devices = COUNT_OF(d),
		.set.gpus = {.select = GPU_ALL},
		.gpus_cdi = true};

	(void)state;
	has(docker_body(&old, &s),
		"\"DeviceRequests\":[{\"Driver\":\"cdi\",\"DeviceIDs\":"
		"[\"nvidia.com/gpu=all\"]},{\"Driver\":\"cdi\",\"DeviceIDs\":"
		"[\"vendor.com/class=name\",\"a.org/b=c\"]}]");
	has(docker_body(&old, &s), "\"Devices\":[{\"PathOnHost\":\"/dev/null\"");
}

/* A file of system calls goes as its text, or by the place where the launch has it. */
static void test_seccomp(void **state)
{
	struct resolved s = {.set.stop_timeout = -1,
		.seccomp = (char[]){"{\"a\": 1}"},
		.seccomp_file = (char[]){"/run/calls.json"}};

	(void)state;
	strv_add(&s.set.security_opt, "no-new-privileges");
	strv_add(&s.set.security_opt, "seccomp=/p/calls.json");
	has(docker_body(&old, &s), "\"seccomp={\\\"a\\\": 1}\"]");
	has(podman_body(&old, &s), "[\"no-new-privileges\",\"seccomp=/run/calls.json\"]");
	strv_free(&s.set.security_opt);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cdi_devices),
		cmocka_unit_test(test_seccomp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
