/* SPDX-License-Identifier: MIT */
#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int file_replaceable(const char *path, struct err *e)
{
	struct stat st;

	if (stat(path, &st) < 0 || S_ISREG(st.st_mode))
		return 0;
	if (S_ISDIR(st.st_mode))
		return err_set(e, "%s: %s", path, strerror(EISDIR));
	return err_set(e, "%s: is no ordinary file: name another", path);
}

int file_replace(const char *temporary, const char *path, struct err *e)
{
	int result = file_replaceable(path, e);

	if (result == 0 && rename(temporary, path) < 0)
		result = err_set(e, "%s: %s", path, strerror(errno));
	if (result < 0)
		unlink(temporary);
	return result;
}
