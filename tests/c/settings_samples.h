/* SPDX-License-Identifier: MIT */
/* One value of every primitive, and what becomes of it: in docker run's words, in the
 * engine's, in those of a plain plan. NULL = nothing of its own. A row of settings_fields
 * or plan_fields without a sample fails test_settings. */
static const struct sample {
	const char *key, *json, *docker, *request, *shows;
} samples[] = {
	{"init", "false", NULL, "\"Init\":false", "init       none"},
	{"restart", "\"on-failure:3\"", "--restart on-failure:3",
		"\"RestartPolicy\":{\"Name\":\"on-failure\",\"MaximumRetryCount\":3}",
		"restart    on-failure:3"},
	{"stop", "{\"signal\":\"SIGINT\",\"timeout\":5}",
		"--stop-signal SIGINT \\\n\t--stop-timeout 5",
		"\"StopSignal\":\"SIGINT\",\"StopTimeout\":5",
		"stop       by SIGINT, killed after 5 s"},
	{"detach_keys", "\"ctrl-a,b\"", "--detach-keys ctrl-a,b", NULL,
		"keys       ctrl-a,b to detach"},
	{"detach", "true", "--detach", "\"AttachStdout\":false", "in the background"},
	{"changes", "true", NULL, NULL, "changes    of your files are said at the end"},
	{"keep", "true", NULL, NULL, "kept after its end"},
	{"box", "true", "--entrypoint sleep", "\"OpenStdin\":false", "in a box"},
	{"prepare",
		"[{\"command\":[\"a\",\"b c\"]},{\"command\":[\"d\"],\"user\":\"root\"}]",
		NULL, NULL, "prepare    a 'b c'\n           d (as root)"},
	{"log", "true", NULL, NULL, "log        kept by the engine as well"},
	{"tty", "true", "--tty", "\"Tty\":true", "tty        true"},
	{"label", "{\"l\":\"v\"}", "--label l=v", "\"Labels\":{\"l\":\"v\"",
		"label      l=v"},
	{"name", "\"my-box\"", "--name my-box", NULL, "name       my-box"},
	{"workdir", "\"/w\"", "--workdir /w", "\"WorkingDir\":\"/w\"", "workdir    /w"},
	{"hostname", "\"box\"", "--hostname box", "\"Hostname\":\"box\"",
		"hostname   box"},
	{"timezone", "\"host\"", NULL, NULL, "timezone   host"},
	{"entrypoint", "[\"e\",\"f\"]", "--entrypoint e", "\"Entrypoint\":[\"e\",\"f\"]",
		"command    e f"},
	{"command", "[\"c\",\"d\"]", "\ti c d\n", "\"Cmd\":[\"c\",\"d\"]",
		"command    c d"},
	{"gpus",
		"{\"select\":\"ids\",\"ids\":[\"2\",\"GPU-00ff00ff\"],"
		"\"capabilities\":[\"compute\"],\"optional\":true}",
		NULL, NULL, NULL},
	{"device",
		"[{\"source\":\"/dev/null\",\"target\":\"/dev/n\",\"permissions\":\"rw\","
		"\"optional\":true}]",
		"--device /dev/null:/dev/n:rw",
		"\"PathOnHost\":\"/dev/null\",\"PathInContainer\":\"/dev/n\"",
		"device     /dev/null:/dev/n:rw"},
	{"device_rule", "[\"c 189:* rmw\"]", "--device-cgroup-rule 'c 189:* rmw'",
		"\"DeviceCgroupRules\":[\"c 189:* rmw\"]", "devices    c 189:* rmw"},
	{"network", "\"none\"", "--network none", "\"NetworkMode\":\"none\"",
		"network    none"},
	{"network_allow", "[\"*.a.org:443\"]", "# cnnrun also leads to *.a.org:443", NULL,
		"reaches    *.a.org:443"},
	{"port",
		"[{\"host_ip\":\"::1\",\"host\":8080,\"container\":80,"
		"\"protocol\":\"tcp\"},{\"host_ip\":\"127.0.0.1\",\"host\":8000,"
		"\"container\":9000,"
		"\"host_end\":8002,\"container_end\":9002,\"protocol\":\"tcp\"}]",
		"--publish '[::1]:8080:80/tcp' \\\n\t--publish "
		"127.0.0.1:8000-8002:9000-9002/tcp",
		"\"9002/tcp\":[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"8002\"}]",
		"port       [::1]:8080:80/tcp"},
	{"host", "{\"db\":\"10.0.0.1\"}", "--add-host db:10.0.0.1",
		"\"ExtraHosts\":[\"db:10.0.0.1\"]", "host       db:10.0.0.1"},
	{"dns", "[\"1.1.1.1\"]", "--dns 1.1.1.1", "\"Dns\":[\"1.1.1.1\"]",
		"dns        1.1.1.1"},
	{"privileged", "true", "--privileged", "\"Privileged\":true", "privileged true"},
	{"rights", "\"docker\"", NULL, NULL,
		"rights     docker's own where nothing else is said"},
	{"drop", "[\"CHOWN\"]", "--cap-drop CHOWN", "\"CapDrop\":[\"CHOWN\"",
		"drop       CHOWN"},
	{"capability", "[\"SYS_PTRACE\"]", "--cap-add SYS_PTRACE",
		"\"CapAdd\":[\"SYS_PTRACE\"]", "capability SYS_PTRACE"},
	{"security", "[\"seccomp=unconfined\"]", "--security-opt seccomp=unconfined",
		"\"SecurityOpt\":[\"seccomp=unconfined\"",
		"security   seccomp=unconfined"},
	{"readonly", "true", "--read-only", "\"ReadonlyRootfs\":true",
		"readonly   the root file system"},
	{"ipc", "\"shareable\"", "--ipc shareable", "\"IpcMode\":\"shareable\"",
		"ipc        shareable"},
	{"pid", "\"host\"", "--pid host", "\"PidMode\":\"host\"", "pid        host"},
	{"sysctl", "{\"net.core.somaxconn\":\"1\"}", "--sysctl net.core.somaxconn=1",
		"\"Sysctls\":{\"net.core.somaxconn\":\"1\"}",
		"sysctl     net.core.somaxconn=1"},
	{"shm", "1048576", "--shm-size 1048576", "\"ShmSize\":1048576",
		"limits     shared memory 1 MiB"},
	{"limit",
		"{\"cpus\":1.5,\"cpuset\":\"0-1\",\"memory\":4096,\"swap\":-1,\"pids\":"
		"10}",
		"--cpus 1.5 \\\n\t--cpuset-cpus 0-1 \\\n\t--memory 4096 "
		"\\\n\t--memory-swap -1 "
		"\\\n\t--pids-limit 10",
		"\"CpusetCpus\":\"0-1\",\"Memory\":4096,"
		"\"MemorySwap\":-1,\"PidsLimit\":10",
		"limits     1.5 CPU, on CPUs 0-1, memory 4 KiB, memory and swap "
		"unlimited, "
		"10 "
		"processes"},
	{"cgroup_parent", "\"/batch\"", "--cgroup-parent /batch",
		"\"CgroupParent\":\"/batch\"", "cgroup     below /batch"},
	{"ulimit", "[{\"name\":\"nofile\",\"soft\":1,\"hard\":2}]", "--ulimit nofile=1:2",
		"\"Ulimits\":[{\"Name\":\"nofile\",\"Soft\":1,\"Hard\":2}]",
		"ulimit     nofile=1:2"},
	{"nodes", "2", NULL, NULL, "nodes      2"},
	{"tasks", "{\"per_node\":2}", NULL, NULL, "tasks      2 on a node"},
	{"retries", "3", NULL, NULL, "retries    3 at most"},
	{"checkpoint", "{\"signal\":\"USR1\",\"before\":30,\"status\":75}", NULL, NULL,
		"checkpoint by USR1, 30 s before the end of its time, status 75 means "
		"again"},
	{"sweep", "[{\"option\":\"lr\",\"values\":[\"0.1\",\"0.01\"]}]", NULL, NULL,
		"sweep      lr = 0.1, 0.01"},
	{"parallel", "2", NULL, NULL, "sweep      2 at once"},
	{"after_job", "[{\"job\":\"42_3\",\"state\":\"failed\"}]", NULL, NULL,
		"after      job 42_3 has failed"},
	{"image", "{\"reference\":\"i\",\"pull\":\"always\"}", NULL, NULL,
		"image      i, pulled each time"},
	{"build",
		"{\"tag\":\"t:1\",\"context\":\".\",\"dockerfile\":\"d/Dockerfile\","
		"\"target\":\"x\",\"network\":\"host\",\"platform\":\"linux/amd64\","
		"\"base\":\"debian:12\",\"args\":{\"K\":\"V\"},\"labels\":{\"a\":\"b\"},"
		"\"cache_from\":[\"t:0\"],\"secrets\":[{\"id\":\"a\",\"file\":\"f\"},"
		"{\"id\":\"b\",\"env\":\"B\"}],\"contexts\":{\"lib\":\"../lib\"},"
		"\"ssh\":true,\"cache_to\":\"r.io/c\",\"pull\":true,\"no_cache\":true}",
		NULL, NULL, "build      d/Dockerfile with the context ., up to x"},
	{"mount",
		"[{\"source\":\".\",\"target\":\"/"
		"a\",\"readonly\":true,\"optional\":true,"
		"\"create\":true},{\"type\":\"volume\",\"source\":\"vol\",\"target\":\"/"
		"b\"},"
		"{\"type\":\"tmpfs\",\"target\":\"/c\",\"size\":10,\"mode\":448,\"exec\":"
		"true}]",
		"dst=/a,readonly", "\"Target\":\"/a\",\"ReadOnly\":true",
		"/a  read-only"},
	{"user", "{\"mode\":\"explicit\",\"uid\":1000,\"gid\":100,\"name\":\"bob\"}",
		"--user 1000:100", "\"User\":\"1000:100\"", "user       bob (1000:100)"},
	{"home", "{\"source\":\"home\",\"target\":\"/h\"}", "dst=/h", "\"Target\":\"/h\"",
		"-> /h"},
	{"display", "{\"mode\":\"cookie\",\"optional\":true}", NULL, NULL, NULL},
	{"xhost", "\"local\"", NULL, NULL, NULL},
	{"wayland", "{\"optional\":true}", NULL, NULL, NULL},
	{"audio", "{\"optional\":true}", NULL, NULL, NULL},
	{"dbus", "{\"optional\":true}", NULL, NULL, NULL},
	{"ssh_agent", "{\"optional\":true}", NULL, NULL, NULL},
	{"env", "{\"set\":{\"A\":\"1\"},\"pass\":[\"LANG\"],\"secret\":[\"A\"]}",
		"--env A", "\"A=1\"", "A=****"},
	{"env_file", "[{\"path\":\"vars\"}]", "/vars", "FROM_FILE=2", "FROM_FILE=****"},
};
