/* SPDX-License-Identifier: MIT */
#include "hold/hold.h"
#include "hold/sys.h"

#include <string.h>

#define USUAL_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

enum { CANNOT_EXEC = 126, NO_SUCH_FILE = 127, PATH_BYTES = 4096 };

/* Returns why not. A script without an interpreter's line is the shell's. */
static long try(const struct hold *h, const char *path)
{
	long r = SYS(execve, path, h->argv + 1, h->envp, 0, 0);

	if (r != -ENOEXEC)
		return r;
	h->argv[0] = (char[]){"/bin/sh"};
	memcpy(&h->argv[1], &path, sizeof path);
	SYS(execve, h->argv[0], h->argv, h->envp, 0, 0);
	return r;
}

/* As a shell does; a file that may not be executed is passed over, and remembered. */
static long search(const struct hold *h, const char *name, char *path)
{
	const char *dirs = USUAL_PATH;
	long result = -ENOENT;

	for (char **v = h->envp; *v; v++)
		if (begins(*v, "PATH="))
			dirs = *v + 5;
	for (const char *p = dirs;; p++) {
		size_t n = 0;
		long r;

		for (; *p && *p != ':'; p++)
			if (n < PATH_BYTES)
				path[n++] = *p;
		if (n)
			path[n++] = '/';
		if (n + length(name) < PATH_BYTES) {
			for (const char *c = name; *c; c++)
				path[n++] = *c;
			path[n] = 0;
			r = try(h, path);
			if (r == -EACCES)
				result = r;
			else if (r != -ENOENT && r != -ENOTDIR)
				return r;
			else if (SYS(faccessat, AT_FDCWD, path, 0, 0, 0) == 0)
				return -ENOENT;
		}
		if (!*p)
			break;
	}
	path[0] = 0;
	return result;
}

_Noreturn void become(const struct hold *h)
{
	static char path[PATH_BYTES + 2];
	char *name = h->argv[1];
	bool has_slash = false;
	long r = -ENOENT;
	struct hold_report report = {HOLD_NO_EXEC, 0, {0}};

	for (const char *p = name; p && *p; p++)
		has_slash |= *p == '/';
	if (has_slash)
		r = try(h, name);
	else if (name && *name)
		r = search(h, name, path);
	h->argv[1] = name;
	report.code = (unsigned char)-r;
	if (r == -ENOENT && name && (has_slash || *path) &&
		SYS(faccessat, AT_FDCWD, has_slash ? name : path, 0, 0, 0) == 0)
		report.kind = HOLD_NO_INTERPRETER;
	end(h, report, r == -ENOENT || r == -ENOTDIR ? NO_SUCH_FILE : CANNOT_EXEC);
}
