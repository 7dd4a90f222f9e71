/* SPDX-License-Identifier: MIT */
/* Sentences of grants of the first form. */
#include "test.h"

#include "right/old_grants.h"

/* A sentence and the rights it means; NULL = nobody can tell. */
static void expect(const char *sentence, const char *json)
{
	AUTO_JSON cJSON *list = cJSON_CreateArray(), *found = NULL;
	AUTO_RIGHTS struct rights r = {0};
	AUTO_FREE char *text = NULL;
	struct err e = {0};
	size_t n_lost = 0;

	cJSON_AddItemToArray(list, cJSON_CreateString(sentence));
	assert_int_equal(old_rights_parse(list, &r, &n_lost, &e), 0);
	assert_int_equal(n_lost, json == NULL);
	found = rights_json(&r);
	text = json_text(found, false);
	assert_string_equal(text, json ? json : "[]");
}

static void test_sentences(void **state)
{
	static const char *const pairs[][2] = {
		{"do anything to the host (privileged)", "[{\"privileged\":true}]"},
		{"be root in the container", "[{\"root\":true}]"},
		{"be root in the container, where its image is",
			"[{\"root_of_image\":true}]"},
		{"use the capability SYS_PTRACE", "[{\"capability\":\"SYS_PTRACE\"}]"},
		{"gain privileges through setuid programs", "[{\"setuid\":true}]"},
		{"change its confinement: seccomp=a b",
			"[{\"confinement\":\"seccomp=a b\"}]"},
		{"use the device /dev/dri/card0", "[{\"device\":\"/dev/dri/card0\"}]"},
		{"set the kernel parameter net.a", "[{\"sysctl\":\"net.a\"}]"},
		{"control the container engine, and so the host: /run",
			"[{\"engine\":\"/run\"}]"},
		{"write outside the project: /a, b", "[{\"write\":\"/a, b\"}]"},
		{"read outside the project: /a", "[{\"read\":\"/a\"}]"},
		{"write in /a, which is no project of its own",
			"[{\"write_unmarked\":\"/a\"}]"},
		{"read in /a, which is no project of its own",
			"[{\"read_unmarked\":\"/a\"}]"},
		{"change what you allowed to profiles: /a", "[{\"state\":\"/a\"}]"},
		{"use the volume a", "[{\"volume\":\"a\"}]"},
		{"read the volume a", "[{\"volume_read\":\"a\"}]"},
		{"be the user 7, who is not you", "[{\"user\":\"7\"}]"},
		{"have the rights of the group video", "[{\"group\":\"video\"}]"},
		{"know your variable A", "[{\"variable\":\"A\"}]"},
		{"use the host's network while the image is built",
			"[{\"build_host_network\":true}]"},
		{"join the network a while the image is built",
			"[{\"build_network\":\"a\"}]"},
		{"show windows on your Wayland desktop", "[{\"wayland\":true}]"},
		{"play and record sound", "[{\"audio\":true}]"},
		{"talk to your session bus, and so start programs as you",
			"[{\"bus\":true}]"},
		{"use all GPUs", "[{\"gpu_all\":true}]"},
		{"use 1 GPU", "[{\"gpu_count\":\"1\"}]"},
		{"use 2 GPUs", "[{\"gpu_count\":\"2\"}]"},
		{"use GPU 2", "[{\"gpu\":\"2\"}]"},
		{"use GPUs 2, GPU-7f", "[{\"gpu\":\"2\"},{\"gpu\":\"GPU-7f\"}]"},
		{"see and control your X display :1", "[{\"display\":\":1\"}]"},
		{"open the X display to every local user while it runs",
			"[{\"xhost_local\":true}]"},
		{"open the X display to every process of uid 7 while it runs",
			"[{\"xhost_user\":\"7\"}]"},
		{"use the host's network", "[{\"host_network\":true}]"},
		{"join the network a", "[{\"network\":\"a\"}]"},
		{"share the host's IPC", "[{\"host_ipc\":true}]"},
		{"see the host's processes", "[{\"host_processes\":true}]"},
		{"run outside the engine's user namespace", "[{\"host_userns\":true}]"},
		{"be reached from the network at 0.0.0.0 port 80",
			"[{\"port\":\"0.0.0.0:80\"}]"},
		{"be reached from the network at :: port 80", "[{\"port\":\"[::]:80\"}]"},
		{"start again by itself, also after a reboot", "[{\"restart\":true}]"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(pairs); i++)
		expect(pairs[i][0], pairs[i][1]);
}

static void test_what_nobody_can_tell(void **state)
{
	static const char *const odd[] = {"fly to the moon", "use GPU ", "use  GPUs",
		"use GPU ,, ", "use two GPUs",
		"write outside the project: ", "read outside the project: x",
		"be the user root, who is not you", "join the network a b",
		"be reached from the network at  port 1",
		"read outside the project: /a (to build the image)"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(odd); i++)
		expect(odd[i], NULL);
}

static void test_damage(void **state)
{
	AUTO_JSON cJSON *numbers = json_parse("[1]", 3, NULL),
			*empty = json_parse("[\"\"]", 4, NULL);
	AUTO_RIGHTS struct rights r = {0};
	struct err e = {0};
	size_t n = 0;

	(void)state;
	assert_int_equal(old_rights_parse(numbers, &r, &n, &e), -1);
	assert_int_equal(old_rights_parse(empty, &r, &n, &e), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sentences),
		cmocka_unit_test(test_what_nobody_can_tell),
		cmocka_unit_test(test_damage),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
