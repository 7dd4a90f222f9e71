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
 * their own. NULL = it is about something else, such as a helper of a network's. */
static char *program_part(char *msg)
{
	static const char *const starts[] = {"exec: \"", "executable file `",
		"exec container process `", "open executable: "};
	char *from = NULL;

	for (size_t i = 0; !from && i < COUNT_OF(starts); i++)
		from = strstr(msg, starts[i]);
	return from && !strstr(msg, "mounting") ? from : NULL;
}

static void keep_part(struct err *e, const char *part)
{
	static const char *const ends[] = {": OCI ", ": unknown"};
	char *end;

	memmove(e->msg, part, strlen(part) + 1);
	for (size_t i = 0; i < COUNT_OF(ends); i++)
		if ((end = strstr(e->msg, ends[i])))
			*end = 0;
}

static bool has_any(const char *text, const char *const *words)
{
	while (*words && !strcasestr(text, *words))
		words++;
	return *words;
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
	static const char *const gpu[] = {
		"could not select device driver", "unresolvable CDI devices", NULL};
	static const char *const missing[] = {
		"not found in $PATH", "no such file or directory", NULL};
	static const char *const unfit[] = {
		"permission denied", "is a directory", "not a regular file", NULL};
	char *part;

	if (!e || is_port(e))
		return;
	part = program_part(e->msg);
	if (has_any(e->msg, gpu))
		e->code = ERR_NO_GPU;
	else if (part && has_any(part, missing))
		e->code = ERR_NO_PROGRAM;
	else if (part && has_any(part, unfit))
		e->code = ERR_NOT_PROGRAM;
	else
		return;
	if (e->code != ERR_NO_GPU)
		keep_part(e, part);
}
