/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <string.h>

#include "engine/container.h"

/* runc: `… unable to start container process: exec: "x": executable file not found in
 * $PATH: unknown`; crun: "executable file `x` not found in $PATH: No such file …"; Podman
 * appends its own words. */
static void keep_program_part(struct err *e)
{
	char *exec = strstr(e->msg, "exec: \""),
	     *crun = strstr(e->msg, "executable file `");
	char *from = exec ? exec : crun, *end;
	size_t n;

	if (!from)
		return;
	memmove(e->msg, from, strlen(from) + 1);
	end = strstr(e->msg, ": OCI ");
	if (end)
		*end = 0;
	n = strlen(e->msg);
	if (n > 9 && !strcmp(e->msg + n - 9, ": unknown"))
		e->msg[n - 9] = 0;
}

int container_error_status(struct err *e)
{
	bool about_program;

	if (!e)
		return 125;
	about_program = strstr(e->msg, "exec") && !strstr(e->msg, "mounting");
	if (about_program && (strcasestr(e->msg, "not found in $PATH") ||
				     strcasestr(e->msg, "no such file or directory"))) {
		keep_program_part(e);
		return 127;
	}
	if (about_program && (strcasestr(e->msg, "permission denied") ||
				     strcasestr(e->msg, "is a directory"))) {
		keep_program_part(e);
		return 126;
	}
	return 125;
}
