/* SPDX-License-Identifier: MIT */
#include "base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

static void fold(char *path)
{
	char *out = path + 1; /* path starts with '/' */
	char *save = NULL;
	AUTO_FREE char *copy = xstrdup(path);

	for (char *part = strtok_r(copy, "/", &save); part;
		part = strtok_r(NULL, "/", &save)) {
		size_t n = strlen(part);

		if (!strcmp(part, "."))
			continue;
		if (!strcmp(part, "..")) {
			while (out > path + 1 && *--out != '/')
				;
			continue;
		}
		if (out > path + 1)
			*out++ = '/';
		memcpy(out, part, n);
		out += n;
	}
	*out = 0;
}

char *path_join(const char *dir, const char *name)
{
	char *p = *name == '/' ? xstrdup(name) : xasprintf("%s/%s", dir, name);

	if (*p == '/')
		fold(p);
	return p;
}

bool path_within(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	while (n > 0 && dir[n - 1] == '/')
		n--;
	return !strncmp(path, dir, n) && (path[n] == 0 || path[n] == '/');
}

const char *path_below(const char *path, const char *dir)
{
	const char *rest = path + strlen(dir);

	if (!path_within(path, dir))
		return NULL;
	rest += *rest == '/';
	return *rest ? rest : ".";
}

char *cwd_get(struct err *e)
{
	char *cwd = getcwd(NULL, 0);

	if (!cwd && errno == ENOENT)
		err_set(e, ENOENT,
			"the working directory is gone; change to one that is there");
	else if (!cwd)
		err_errno(e, "the working directory");
	return cwd;
}

char *path_of(int fd)
{
	AUTO_FREE char *link = xasprintf("/proc/self/fd/%d", fd);

	return realpath(link, NULL);
}

int file_read(const char *path, size_t max, struct buf *out, struct err *e)
{
	struct stat st;

	return file_read_stat(path, max, out, &st, e);
}

int file_read_stat(
	const char *path, size_t max, struct buf *out, struct stat *st, struct err *e)
{
	/* a pipe without a writer must not keep us */
	AUTO_FD int fd = open(path, FILE_READ);

	if (fd < 0)
		return err_errno(e, "%s", path);
	return file_read_fd(fd, path, max, out, st, e);
}

int file_read_fd(int fd, const char *path, size_t max, struct buf *out, struct stat *st,
	struct err *e)
{
	ssize_t n;

	if (!max)
		max = (size_t)64 << 20;
	if (fstat(fd, st) < 0)
		return err_errno(e, "%s", path);
	if (!S_ISREG(st->st_mode))
		return err_set(e, S_ISDIR(st->st_mode) ? EISDIR : EINVAL,
			"%s: not a regular file", path);
	while ((n = read(fd, buf_room(out, 65536), 65536)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(e, "%s", path);
		out->n += (size_t)n;
		if (out->n > max)
			return err_set(e, EFBIG, "%s: larger than %zu bytes", path, max);
	}
	out->p[out->n] = 0;
	return 0;
}

static int write_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t k = write(fd, p, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return -1;
		p += k;
		n -= (size_t)k;
	}
	return 0;
}

int file_write(const char *path, const void *data, size_t n, mode_t mode, struct err *e)
{
	AUTO_FREE char *tmp = xasprintf("%s.tmp-%d", path, (int)getpid());
	AUTO_FD int fd =
		open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);

	if (fd < 0)
		return err_errno(e, "%s", tmp);
	if (write_all(fd, data, n) < 0 || rename(tmp, path) < 0) {
		err_errno(e, "%s", path);
		unlink(tmp);
		return -1;
	}
	return 0;
}

int dir_make(const char *path, mode_t mode, struct err *e)
{
	AUTO_FREE char *p = xstrdup(path);

	for (char *s = p + 1; *s; s++) {
		if (*s != '/')
			continue;
		*s = 0;
		if (mkdir(p, mode) < 0 && errno != EEXIST)
			return err_errno(e, "%s", p);
		*s = '/';
	}
	if (mkdir(p, mode) < 0 && errno != EEXIST)
		return err_errno(e, "%s", p);
	return 0;
}

char *xdg_path(const char *kind, const char *name)
{
	AUTO_FREE char *var = xasprintf("XDG_%s_HOME", kind);
	const char *base = getenv(var), *home = getenv("HOME");
	const char *sub = !strcmp(kind, "CONFIG")  ? ".config"
			  : !strcmp(kind, "CACHE") ? ".cache"
						   : ".local/state";
	const struct passwd *pw;

	if (base && *base == '/')
		return xasprintf("%s/cnnrun/%s", base, name);
	if (!home || *home != '/')
		home = (pw = getpwuid(getuid())) ? pw->pw_dir : "/";
	return xasprintf("%s/%s/cnnrun/%s", home, sub, name);
}

char *program_self(struct err *e)
{
	char path[PATH_MAX] = "";

	if (readlink("/proc/self/exe", path, sizeof path - 1) < 0) {
		err_errno(e, "/proc/self/exe");
		return NULL;
	}
	return xstrdup(path);
}

static bool is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

char *program_find(const char *dirs, const char *name)
{
	AUTO_FREE char *copy = xstrdup(dirs);
	char *save = NULL;

	for (char *d = strtok_r(copy, ":", &save); d; d = strtok_r(NULL, ":", &save)) {
		char *path = *d == '/' ? path_join(d, name) : NULL;

		if (path && is_program(path))
			return path;
		free(path);
	}
	return NULL;
}

static bool is_still(int fd, const char *path)
{
	struct stat mine, there;

	return fstat(fd, &mine) == 0 && stat(path, &there) == 0 &&
	       mine.st_ino == there.st_ino && mine.st_dev == there.st_dev;
}

int file_lock(const char *path, struct err *e)
{
	for (;;) {
		int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

		if (fd < 0)
			return err_errno(e, "%s", path);
		while (flock(fd, LOCK_EX) < 0 && errno == EINTR)
			;
		if (is_still(fd, path))
			return fd;
		close(fd);
	}
}
