/* SPDX-License-Identifier: MIT */
#include "base/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* An image may have directories that nobody may write, and deep ones. */
static int empty(int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	const struct dirent *one;
	int why = 0;
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
	while ((one = readdir(d))) {
		int rc = 0;

		if (!strcmp(one->d_name, ".") || !strcmp(one->d_name, ".."))
			continue;
		if (unlinkat(fd, one->d_name, 0) == 0)
			continue;
		if (errno == EISDIR || errno == EPERM)
			rc = empty(fd, one->d_name);
		if (!rc)
			rc = unlinkat(fd, one->d_name, AT_REMOVEDIR);
		if (rc < 0 && !why)
			why = errno;
	}
	closedir(d);
	errno = why;
	return why ? -1 : 0;
}

int tree_remove(const char *path, struct err *e)
{
	if (empty(AT_FDCWD, path) < 0 || rmdir(path) < 0)
		return errno == ENOENT ? 0 : err_errno(e, "remove %s", path);
	return 0;
}
