/* SPDX-License-Identifier: MIT */
/* Everything a profile's process may say, to the host's end of the door. */
#include "fuzz.h"

#include <sys/socket.h>

#include "profile/host.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	mem_init();
	return 0;
}

static int answer(
	void *ctx, const char *op, const cJSON *args, cJSON **reply, struct err *e)
{
	(void)ctx;
	(void)op;
	(void)e;
	*reply = cJSON_Duplicate(args, true);
	return 0;
}

/* No such process: killing and reaping it does nothing. */
enum { NOBODY = 0x7ffffffe };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char shown[] = "x.lua", path[] = "/nowhere/x.lua", project[] = "/nowhere";
	struct profile_source src = {
		.path = path, .shown = shown, .name = shown, .project = project};
	struct profile *p = xcalloc(1, sizeof *p);
	AUTO_JSON cJSON *about = NULL, *plan = NULL, *none = cJSON_CreateObject();
	const struct door d = {answer, NULL};
	struct err e = {0};
	int pair[2], rc;

	if (size > 65536 || memmem(data, size, "print", 5)) {
		cJSON_free(p);
		return 0; /* its text would be on the screen */
	}
	assert(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
	assert(write(pair[1], data, size) == (ssize_t)size);
	shutdown(pair[1], SHUT_WR);
	*p = (struct profile){.src = &src,
		.pid = NOBODY,
		.fd = pair[0],
		.limits = {.seconds = 0.02, .memory = 1 << 20}};
	p->phase.left = p->limits.seconds;
	rc = profile_describe(p, &d, &about, &e);
	if (!rc)
		rc = profile_plan(p, &d, none, &plan, &e);
	while (!rc && profile_listens(p, "log"))
		rc = profile_event(p, &d, "log", NULL, &e);
	if (rc < 0) {
		assert(!p->pid || !strncmp(e.msg, shown, 5));
		fuzz_message(e.msg);
	}
	profile_end(p);
	close(pair[1]);
	return 0;
}
