/* SPDX-License-Identifier: MIT */
/* What engines say when a container does not start, release by release. */
#include "test.h"

#include "engine/docker/docker.h"

#define RUNC                                                                             \
	"failed to create task for container: failed to create shim task: OCI runtime "  \
	"create failed: runc create failed: unable to start container process: "

#define TAKEN(port)                                                                      \
	"port " port " of this machine is taken; take another, or end what has it: ss "  \
	"-lntup sport = :" port

static void test_start_words(void **state)
{
	static const struct {
		const char *said;
		int code;
		const char *told;
	} cases[] = {
		{RUNC "exec: \"x\": executable file not found in $PATH: unknown",
			ERR_NO_PROGRAM,
			"exec: \"x\": executable file not found in $PATH"},
		{RUNC "exec: \"/etc\": permission denied: unknown", ERR_NOT_PROGRAM,
			"exec: \"/etc\": permission denied"},
		{RUNC "exec: \"/etc\": is a directory: unknown: permission denied",
			ERR_NOT_PROGRAM, "exec: \"/etc\": is a directory"},
		{"crun: executable file `x` not found in $PATH: No such file or "
		 "directory: OCI runtime attempted to invoke a command that was not "
		 "found",
			ERR_NO_PROGRAM,
			"executable file `x` not found in $PATH: No such file or "
			"directory"},
		{"could not select device driver \"\" with capabilities: [[gpu]]",
			ERR_NO_GPU,
			"could not select device driver \"\" with capabilities: [[gpu]]"},
		{"preparing container 5b for attach: setting up CDI devices: "
		 "unresolvable CDI devices nvidia.com/gpu=0",
			ERR_NO_GPU,
			"preparing container 5b for attach: setting up CDI devices: "
			"unresolvable CDI devices nvidia.com/gpu=0"},
		{"crun: open executable: Permission denied: OCI permission denied",
			ERR_NOT_PROGRAM, "open executable: Permission denied"},
		{"netavark: code: 3, msg: iptables: exec failed: No such file or "
		 "directory",
			500,
			"netavark: code: 3, msg: iptables: exec failed: No such file or "
			"directory"},
		{"driver failed programming external connectivity on endpoint a (0f): "
		 "Error "
		 "starting userland proxy: listen tcp4 127.0.0.1:8000: bind: address "
		 "already "
		 "in use",
			ERR_PORT_TAKEN, TAKEN("8000")},
		{"driver failed programming external connectivity on endpoint a (0f): "
		 "Bind "
		 "for [::1]:53 failed: port is already allocated",
			ERR_PORT_TAKEN, TAKEN("53")},
		{"failed to set up container networking: failed to bind host port for "
		 "0.0.0.0:80:172.17.0.2:8080/tcp: address already in use",
			ERR_PORT_TAKEN, TAKEN("80")},
		{"rootlessport listen tcp 0.0.0.0:8080: bind: address already in use",
			ERR_PORT_TAKEN, TAKEN("8080")},
		{"a:b: address already in use", 500, "a:b: address already in use"},
		{"something else: unknown", 500, "something else: unknown"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct err e = {0};

		err_set(&e, 500, "%s", cases[i].said);
		start_error(&e);
		assert_int_equal(e.code, cases[i].code);
		assert_string_equal(e.msg, cases[i].told);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_start_words)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
