/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "batch/apptainer/apptainer.h"

/* An image may have directories that nobody may write, and deep ones. */
static int empty(int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	const struct dirent *one;
	int rc = 0;
	DIR *d;

	if (fd < 0 && errno == EACCES && fchmodat(at, name, 0700, 0) == 0)
		fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -1;
	fchmod(fd, 0700);
	d = fdopendir(fd);
	if (!d) {
		close(fd);
		return -1;
	}
	while (!rc && (one = readdir(d))) {
		if (!strcmp(one->d_name, ".") || !strcmp(one->d_name, ".."))
			continue;
		if (unlinkat(fd, one->d_name, 0) == 0)
			continue;
		if (errno == EISDIR || errno == EPERM)
			rc = empty(fd, one->d_name);
		if (!rc)
			rc = unlinkat(fd, one->d_name, AT_REMOVEDIR);
	}
	closedir(d);
	return rc;
}

int tree_remove(const char *path, struct err *e)
{
	if (empty(AT_FDCWD, path) < 0 || rmdir(path) < 0)
		return errno == ENOENT ? 0 : err_errno(e, "remove %s", path);
	return 0;
}
