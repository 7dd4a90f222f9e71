/* SPDX-License-Identifier: MIT */
/* What an engine's words about a failure mean: the only places where its texts, which are
 * no part of its API, decide something. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/docker/docker.h"

/* runc: `… unable to start container process: exec: "x": executable file not found in
 * $PATH: unknown`, or `…: exec: "/x": is a directory: unknown: permission denied`; crun:
 * "executable file `x` not found in $PATH: No such file …"; some engines append words of
 * their own. */
static void keep_program_part(struct err *e)
{
	char *exec = strstr(e->msg, "exec: \""),
	     *crun = strstr(e->msg, "executable file `");
	static const char *const ends[] = {": OCI ", ": unknown"};
	char *from = exec ? exec : crun, *end;

	if (!from)
		return;
	memmove(e->msg, from, strlen(from) + 1);
	for (size_t i = 0; i < COUNT_OF(ends); i++)
		if ((end = strstr(e->msg, ends[i])))
			*end = 0;
}

/* "… listen tcp4 127.0.0.1:80: bind: address already in use", "Bind for [::1]:80 failed:
 * port is already allocated", "… port 0.0.0.0:80/tcp: address already in use". */
static bool is_port(struct err *e)
{
	const char *p = e->msg;
	char *end;
	unsigned long port;

	if (!strstr(p, "address already in use") && !strstr(p, "already allocated"))
		return false;
	for (; *p; p++) {
		if (*p == '[' && strchr(p, ']'))
			p = strchr(p, ']');
		else if (*p == ':' && p[1] >= '0' && p[1] <= '9')
			break;
	}
	port = *p ? strtoul(p + 1, &end, 10) : 0;
	if (!port || port > 65535)
		return false;
	err_set(e, ERR_PORT_TAKEN,
		"port %lu of this machine is taken; take another, or end what has it: "
		"ss -lntup sport = :%lu",
		port, port);
	return true;
}

void start_error(struct err *e)
{
	bool about_program;

	if (!e || is_port(e))
		return;
	if (strstr(e->msg, "could not select device driver") ||
		strstr(e->msg, "unresolvable CDI devices")) {
		e->code = ERR_NO_GPU;
		return;
	}
	about_program = strstr(e->msg, "exec") && !strstr(e->msg, "mounting");
	if (about_program && (strcasestr(e->msg, "not found in $PATH") ||
				     strcasestr(e->msg, "no such file or directory"))) {
		e->code = ERR_NO_PROGRAM;
		keep_program_part(e);
	} else if (about_program && (strcasestr(e->msg, "permission denied") ||
					    strcasestr(e->msg, "is a directory"))) {
		e->code = ERR_NOT_PROGRAM;
		keep_program_part(e);
	}
}
