/* SPDX-License-Identifier: MIT */
#include "base/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"

/* The kernel asks to try again when a rename came between; somebody may rename for ever.
 */
enum { TRIES = 128 };

static int by_kernel(int dir, const char *path, int flags)
{
	struct open_how how = {.flags = (unsigned)flags,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
	long fd = -1;

	for (int i = 0; i < TRIES; i++) {
		fd = syscall(SYS_openat2, dir, path, &how, sizeof how);
		if (fd >= 0 || (errno != EAGAIN && errno != EINTR))
			break;
	}
	return (int)fd;
}

/* Where it leads to is held first and judged then: nothing is looked up a second time. */
static int by_hand(int dir, const char *path, int flags)
{
	AUTO_FREE char *top = NULL, *there = NULL;
	AUTO_FD int held = -1;

	if (*path == '/') {
		errno = EXDEV;
		return -1;
	}
	held = openat(
		dir, path, O_PATH | O_CLOEXEC | (flags & (O_NOFOLLOW | O_DIRECTORY)));
	if (held < 0 || !(there = path_of(held)) || !(top = path_of(dir)))
		return -1;
	if (!path_within(there, top)) {
		errno = EXDEV;
		return -1;
	}
	return open_held(held, flags);
}

int open_beneath(int dir, const char *path, int flags)
{
	int fd = by_kernel(dir, path, flags);

	/* before Linux 5.6, or behind a filter that does not know the call */
	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		return by_hand(dir, path, flags);
	return fd;
}

int open_inside(int dir, const char *top, const char *path, int flags)
{
	const char *rest = *path == '/' ? path_below(path, top) : path;
	int fd = open_beneath(dir, rest ? rest : path, flags);
	AUTO_FREE char *there = NULL;
	AUTO_FD int held = -1;

	if (fd >= 0 || errno != EXDEV)
		return fd;
	held = openat(dir, path, O_PATH | O_CLOEXEC);
	if (held < 0 || !(there = path_of(held)))
		return -1;
	rest = path_below(there, top);
	if (rest)
		return open_beneath(dir, rest, flags);
	errno = EXDEV;
	return -1;
}

int open_held(int fd, int flags)
{
	AUTO_FREE char *link = xasprintf("/proc/self/fd/%d", fd);

	return open(link, flags & ~O_NOFOLLOW);
}

int open_regular(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -1;
	if (S_ISREG(st.st_mode))
		return open_held(fd, FILE_READ);
	errno = EINVAL;
	return -1;
}

/* Opens name in dir, which may have to be made first. */
static int step(int dir, const char *name, bool is_directory, bool make)
{
	int fd = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	AUTO_FD int file = -1;

	if (fd >= 0 || errno != ENOENT || !make)
		return fd;
	if (is_directory && mkdirat(dir, name, 0755) < 0 && errno != EEXIST)
		return -1;
	if (!is_directory) {
		file = openat(dir, name,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
		if (file < 0 && errno != EEXIST)
			return -1;
	}
	return openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
}

static int check_kind(int fd, bool is_directory)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -1;
	if (S_ISDIR(st.st_mode) == is_directory && !S_ISLNK(st.st_mode))
		return 0;
	errno = S_ISLNK(st.st_mode) ? ELOOP : is_directory ? ENOTDIR : EISDIR;
	return -1;
}

int make_beneath(int dir, const char *path, bool is_directory, bool make, size_t *at)
{
	AUTO_FREE char *copy = xstrdup(path);
	AUTO_FD int held = -1;

	for (char *name = copy, *end; name; name = end ? end + 1 : NULL) {
		bool directory = (end = strchr(name, '/')) || is_directory;
		int fd;

		if (end)
			*end = 0;
		*at = (size_t)(name - copy) + strlen(name);
		fd = step(held >= 0 ? held : dir, name, directory, make);
		if (fd < 0)
			return -1;
		if (held >= 0)
			close(held);
		held = fd;
		if (check_kind(fd, directory) < 0)
			return -1;
	}
	return 0;
}
