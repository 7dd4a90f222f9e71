/* SPDX-License-Identifier: MIT */
/* create.c and host_config.c: the request for many resolved plans. */
#include "test.h"

#include "engine/docker/docker.h"
#include "engine/podman/podman.h"

static const struct engine_info docker41 = {.api_minor = 41},
				docker44 = {.api_minor = 44}, podman = {.api_minor = 41};

/* The request's text; the caller frees. */
static char *body(const struct engine_info *i, const struct resolved *s)
{
	cJSON *j = i == &podman ? podman_body(i, s) : docker_body(i, s);
	char *text = json_text(j, false);

	cJSON_Delete(j);
	return text;
}

static void has(const struct engine_info *i, const struct resolved *s, const char *part)
{
	AUTO_FREE char *text = body(i, s);

	assert_has(text, part);
}

static void lacks(const struct engine_info *i, const struct resolved *s, const char *part)
{
	AUTO_FREE char *text = body(i, s);

	if (strstr(text, part))
		fail_msg("%s in: %s", part, text);
}

/* Nothing asked for: nothing sent that is not needed. */
static void test_least(void **state)
{
	struct resolved s = {.image = (char[]){"i"}, .set.stop_timeout = -1};

	(void)state;
	has(&docker41, &s,
		"{\"Image\":\"i\",\"Tty\":false,\"OpenStdin\":false,\"StdinOnce\":false,"
		"\"AttachStdin\":false,\"AttachStdout\":true,\"AttachStderr\":true,"
		"\"HostConfig\":{\"NetworkMode\":\"bridge\",\"Init\":false,"
		"\"LogConfig\":{\"Type\":\"none\"}}}");
	lacks(&docker41, &s, "Binds");
	s.image_id = (char[]){"sha256:1"};
	has(&docker41, &s, "{\"Image\":\"sha256:1\",");
}

static void test_program(void **state)
{
	struct resolved s = {.set.stop_timeout = 3,
		.set.has_entrypoint = true,
		.set.has_command = true,
		.has_user = true,
		.uid = 4294967294U,
		.gid = 5,
		.set.workdir = (char[]){"/w"},
		.set.hostname = (char[]){"h"},
		.set.stop_signal = (char[]){"INT"},
		.set.init = true};

	(void)state;
	has(&docker41, &s, "\"Entrypoint\":[\"\"]");
	has(&docker41, &s, "\"Cmd\":[]");
	strv_add(&s.set.entrypoint, "e");
	strv_add(&s.set.command, "c d");
	kvs_set(&s.env, "A", "b=c");
	kvs_set(&s.set.labels, "l", "m");
	has(&docker41, &s,
		"\"Entrypoint\":[\"e\"],\"User\":\"4294967294:5\",\"Env\":[\"A=b=c\"]");
	has(&docker41, &s,
		"\"Labels\":{\"l\":\"m\"},\"Hostname\":\"h\",\"WorkingDir\":\"/w\","
		"\"Cmd\":[\"c d\"],\"StopSignal\":\"INT\",\"StopTimeout\":3");
	has(&docker41, &s, "\"Init\":true");
	strv_free(&s.set.entrypoint);
	strv_free(&s.set.command);
	kvs_free(&s.env);
	kvs_free(&s.set.labels);
}

static void test_terminal(void **state)
{
	struct resolved s = {.set.stop_timeout = -1,
		.set.tty = true,
		.open_stdin = true,
		.rows = 24,
		.cols = 80};

	(void)state;
	has(&docker41, &s,
		"\"Tty\":true,\"OpenStdin\":true,\"StdinOnce\":true,\"AttachStdin\":"
		"true");
	lacks(&docker41, &s, "ConsoleSize"); /* 1.42 */
	has(&docker44, &s, "\"ConsoleSize\":[24,80]");
	s.set.detach = true;
	has(&docker41, &s,
		"\"OpenStdin\":true,\"StdinOnce\":false,\"AttachStdin\":false,"
		"\"AttachStdout\":false");
}

static void test_log_and_removal(void **state)
{
	struct resolved s = {.set.stop_timeout = -1};

	(void)state;
	lacks(&docker41, &s, "AutoRemove");
	s.set.log = true;
	lacks(&docker41, &s, "LogConfig");
	s.set.log = false;
	s.set.keep = true;
	lacks(&docker41, &s, "LogConfig");
	s.set.detach = true;
	lacks(&docker41, &s, "AutoRemove");
	s.set.keep = false;
	lacks(&docker41, &s, "LogConfig");
	has(&docker41, &s, "\"AutoRemove\":true");
	lacks(&podman, &s, "AutoRemove");
}

static void test_mounts(void **state)
{
	struct resolved_mount m[] = {
		{.type = MOUNT_BIND,
			.source = (char[]){"/a b"},
			.target = (char[]){"/x"}},
		{.type = MOUNT_VOLUME,
			.source = (char[]){"v"},
			.target = (char[]){"/y"},
			.readonly = true},
		{.type = MOUNT_TMPFS,
			.target = (char[]){"/t"},
			.size = 4096,
			.mode = 0700,
			.uid = 5,
			.gid = 6},
		{.type = MOUNT_TMPFS,
			.target = (char[]){"/u"},
			.uid = -1,
			.gid = -1,
			.readonly = true},
	};
	struct resolved s = {
		.set.stop_timeout = -1, .mounts = m, .n_mounts = COUNT_OF(m)};

	(void)state;
	has(&docker41, &s,
		"\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/a b\",\"Target\":\"/x\"},"
		"{\"Type\":\"volume\",\"Source\":\"v\",\"Target\":\"/"
		"y\",\"ReadOnly\":true}]");
	has(&docker41, &s,
		"\"Tmpfs\":{\"/t\":\"rw,mode=700,size=4096,uid=5,gid=6\","
		"\"/u\":\"ro,mode=1777\"}");
}

static void test_network(void **state)
{
	struct plan_port p[] = {{.host = 8080, .container = 80},
		{.container = 80, .host_ip = (char[]){"0.0.0.0"}},
		{.host = 53, .container = 53, .protocol = (char[]){"udp"}}};
	struct resolved s = {.set.stop_timeout = -1, .set.network = (char[]){"none"}};

	(void)state;
	has(&docker41, &s, "\"NetworkDisabled\":true");
	has(&docker41, &s, "\"NetworkMode\":\"none\"");
	lacks(&podman, &s, "NetworkDisabled");
	kvs_set(&s.set.extra_hosts, "h", "1.2.3.4"); /* has to stand in /etc/hosts */
	lacks(&docker41, &s, "NetworkDisabled");
	has(&docker41, &s, "\"ExtraHosts\":[\"h:1.2.3.4\"]");
	s.set.network = (char[]){"host"};
	strv_add(&s.set.dns, "9.9.9.9");
	has(&docker41, &s, "\"NetworkMode\":\"host\"");
	has(&docker41, &s, "\"Dns\":[\"9.9.9.9\"]");
	s.set.network = (char[]){"bridge"};
	has(&podman, &s, "\"NetworkMode\":\"default\"");
	s.set.ports = p;
	s.set.n_ports = COUNT_OF(p);
	has(&docker41, &s, "\"ExposedPorts\":{\"80/tcp\":{},\"53/udp\":{}}");
	has(&docker41, &s,
		"\"PortBindings\":{\"80/"
		"tcp\":[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"8080\"},"
		"{\"HostIp\":\"0.0.0.0\",\"HostPort\":\"\"}],"
		"\"53/udp\":[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"53\"}]}");
	kvs_free(&s.set.extra_hosts);
	strv_free(&s.set.dns);
}

static void test_gpus(void **state)
{
	struct resolved s = {.set.stop_timeout = -1};

	(void)state;
	lacks(&docker41, &s, "DeviceRequests");
	s.set.gpus.select = GPU_ALL;
	strv_add(&s.set.gpus.capabilities, "ngx"); /* a variable says it */
	has(&docker41, &s,
		"\"DeviceRequests\":[{\"Driver\":\"\",\"Count\":-1,"
		"\"Capabilities\":[[\"gpu\"]]}]");
	s.set.gpus.select = GPU_COUNT;
	s.set.gpus.count = 2;
	has(&docker41, &s, "\"Count\":2,\"Cap");
	s.set.gpus.select = GPU_IDS;
	strv_add(&s.set.gpus.ids, "2");
	strv_add(&s.set.gpus.ids, "GPU-1");
	has(&docker41, &s, "[{\"Driver\":\"\",\"DeviceIDs\":[\"2\",\"GPU-1\"],\"Cap");
	s.gpus_cdi = true;
	has(&docker41, &s,
		"[{\"Driver\":\"cdi\",\"DeviceIDs\":[\"nvidia.com/gpu=2\","
		"\"nvidia.com/gpu=GPU-1\"]}]");
	s.set.gpus.select = GPU_ALL;
	has(&docker41, &s, "\"DeviceIDs\":[\"nvidia.com/gpu=all\"]");
	s.set.gpus.select = GPU_COUNT;
	has(&docker41, &s, "\"DeviceIDs\":[\"nvidia.com/gpu=0\",\"nvidia.com/gpu=1\"]");
	s.set.gpus.runtime = true;
	has(&docker41, &s, "\"Runtime\":\"nvidia\"");
	lacks(&docker41, &s, "DeviceRequests");
	strv_free(&s.set.gpus.ids);
	strv_free(&s.set.gpus.capabilities);
}

static void test_rights_and_limits(void **state)
{
	struct plan_ulimit u[] = {{.name = (char[]){"nofile"}, .soft = 10, .hard = -1}};
	struct plan_device d[] = {{.source = (char[]){"/dev/x"}}};
	struct resolved s = {.set.stop_timeout = -1,
		.set.ulimits = u,
		.set.n_ulimits = 1,
		.set.devices = d,
		.set.n_devices = 1,
		.set.shm = (int64_t)1 << 32,
		.set.memory = 7,
		.set.memory_swap = -1,
		.set.pids = 9,
		.set.cpus = 0.3,
		.set.cpuset = (char[]){"0-1"},
		.set.ipc = (char[]){"host"},
		.set.pid = (char[]){"host"},
		.userns = (char[]){"host"},
		.set.readonly_rootfs = true,
		.set.privileged = true,
		.set.restart = (char[]){"on-failure:4"},
		.set.keep = true};

	(void)state;
	strv_add(&s.set.cap_add, "SYS_PTRACE");
	strv_add(&s.set.cap_drop, "ALL");
	strv_add(&s.set.security_opt, "no-new-privileges");
	strv_add(&s.groups, "44");
	kvs_set(&s.set.sysctls, "net.x", "1");
	has(&docker41, &s,
		"\"Devices\":[{\"PathOnHost\":\"/dev/x\",\"PathInContainer\":\"/dev/x\","
		"\"CgroupPermissions\":\"rwm\"}]");
	has(&docker41, &s,
		"\"Ulimits\":[{\"Name\":\"nofile\",\"Soft\":10,\"Hard\":-1}],"
		"\"NanoCpus\":300000000");
	has(&docker41, &s,
		"\"ShmSize\":4294967296,\"CpusetCpus\":\"0-1\",\"Memory\":7,"
		"\"MemorySwap\":-1,\"PidsLimit\":9");
	has(&docker41, &s, "\"GroupAdd\":[\"44\"],\"UsernsMode\":\"host\"");
	has(&docker41, &s,
		"\"CapAdd\":[\"SYS_PTRACE\"],\"CapDrop\":[\"ALL\"],"
		"\"SecurityOpt\":[\"no-new-privileges\"],"
		"\"Privileged\":true,\"ReadonlyRootfs\":true,\"IpcMode\":\"host\","
		"\"PidMode\":\"host\",\"Sysctls\":{\"net.x\":\"1\"}");
	has(&docker41, &s,
		"\"RestartPolicy\":{\"Name\":\"on-failure\",\"MaximumRetryCount\":4}");
	/* never with an exponent, never rounded */
	s.set.memory = 1000000000000000;
	u[0].soft = INT64_MAX;
	has(&docker41, &s, "\"Memory\":1000000000000000,");
	has(&docker41, &s, "\"Soft\":9223372036854775807,");
	s.set.restart = (char[]){"always"};
	has(&docker41, &s, "\"RestartPolicy\":{\"Name\":\"always\"}");
	strv_free(&s.set.cap_add);
	strv_free(&s.set.cap_drop);
	strv_free(&s.set.security_opt);
	strv_free(&s.groups);
	kvs_free(&s.set.sysctls);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_least),
		cmocka_unit_test(test_program),
		cmocka_unit_test(test_terminal),
		cmocka_unit_test(test_log_and_removal),
		cmocka_unit_test(test_mounts),
		cmocka_unit_test(test_network),
		cmocka_unit_test(test_gpus),
		cmocka_unit_test(test_rights_and_limits),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
