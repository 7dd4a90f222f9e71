/* SPDX-License-Identifier: MIT */
#include "launch/carry/home.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/mem.h"
#include "launch/carry/local.h"

enum {
	DIRECTORY = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
	BESIDE_MAX = 100,
	PIECE = 64 << 10
};

/* The next directory of the way, which may have to be made. */
static int step(int dir, const char *name)
{
	int fd = openat(dir, name, DIRECTORY);

	if (fd >= 0 || errno != ENOENT)
		return fd;
	if (mkdirat(dir, name, 0777) < 0 && errno != EEXIST)
		return -1;
	return openat(dir, name, DIRECTORY);
}

static int open_way(int top, const char *path, const char **name)
{
	AUTO_FREE char *copy = xstrdup(path);
	int fd = openat(top, ".", DIRECTORY), next;
	char *part = copy;

	for (char *slash; fd >= 0 && (slash = strchr(part, '/')); part = slash + 1) {
		*slash = 0;
		next = step(fd, part);
		close(fd);
		fd = next;
	}
	*name = path + (part - copy);
	return fd;
}

int carry_file_open(struct carry_file *f, int top, const char *path, struct err *e)
{
	unsigned long long r = 0;

	*f = (struct carry_file){.fd = -1};
	f->dir = open_way(top, path, &f->name);
	if (f->dir < 0)
		return errno == ELOOP || errno == ENOTDIR
			       ? err_set(e, errno, "%s leads through a link", path)
			       : err_errno(e, "%s", path);
	if (getrandom(&r, sizeof r, 0) != sizeof r)
		r = (unsigned long long)getpid();
	snprintf(f->temp, sizeof f->temp, CARRY_TEMP "%016llx", r);
	f->fd = openat(f->dir, f->temp,
		O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (f->fd >= 0)
		return 0;
	f->temp[0] = 0;
	return err_errno(e, "%s", path);
}

int carry_file_add(struct carry_file *f, const void *data, size_t n, struct err *e)
{
	const char *p = data;

	while (n) {
		ssize_t k = write(f->fd, p, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return err_errno(e, "%s", f->name);
		p += k;
		n -= (size_t)k;
	}
	return 0;
}

bool carry_file_equals(const struct carry_file *f)
{
	AUTO_FD int other = openat(f->dir, f->name,
		O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	AUTO_FREE char *a = xmalloc(PIECE), *b = xmalloc(PIECE);
	struct stat x, y;
	ssize_t n;

	if (other < 0 || fstat(other, &x) < 0 || fstat(f->fd, &y) < 0 ||
		!S_ISREG(x.st_mode) || x.st_size != y.st_size)
		return false;
	for (off_t at = 0; at < y.st_size; at += n) {
		n = pread(f->fd, a, PIECE, at);
		if (n <= 0 || pread(other, b, (size_t)n, at) != n ||
			memcmp(a, b, (size_t)n) != 0)
			return false;
	}
	return true;
}

static mode_t umask_now(void)
{
	mode_t mask = umask(022);

	umask(mask);
	return mask;
}

/* Yours as it was, but for whether it is a program; nothing else of the other side's. */
static int dress(const struct carry_file *f, const struct carry_entry *remote,
	const struct stat *here, struct err *e)
{
	mode_t mode = here ? here->st_mode & 0666 : 0666 & ~umask_now();
	const struct timespec times[] = {
		{.tv_nsec = UTIME_OMIT}, carry_time(remote->mtime)};

	if (remote->mode & S_IXUSR)
		mode |= (mode & 0444) >> 2;
	if (fchmod(f->fd, mode) < 0)
		return err_errno(e, "%s", f->name);
	if (remote->mtime >= 0)
		futimens(f->fd, times); /* else it is only carried again */
	return 0;
}

static bool is_still(const struct carry_entry *here, const struct stat *now)
{
	if (!here->path || !now)
		return !here->path && !now;
	return S_ISREG(now->st_mode) && now->st_size == here->size &&
	       carry_mtime(now) == here->mtime;
}

static int keep_beside(struct carry_file *f, struct buf *as, struct err *e)
{
	for (int i = 0; i < BESIDE_MAX; i++) {
		AUTO_FREE char *name = i ? xasprintf("%s.remote.%d", f->name, i)
					 : xasprintf("%s.remote", f->name);

		if (linkat(f->dir, f->temp, f->dir, name, 0) == 0) {
			unlinkat(f->dir, f->temp, 0);
			buf_adds(as, name);
			return 0;
		}
		if (errno == EPERM || errno == EOPNOTSUPP) { /* no hard links there */
			struct stat st;

			if (fstatat(f->dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0 &&
				renameat(f->dir, f->temp, f->dir, name) == 0) {
				buf_adds(as, name);
				return 0;
			}
		} else if (errno != EEXIST) {
			return err_errno(e, "%s", name);
		}
	}
	return err_set(e, EEXIST, "%s.remote and %d like it are there already", f->name,
		BESIDE_MAX - 1);
}

int carry_file_keep(struct carry_file *f, const struct carry_entry *remote,
	const struct carry_entry *here, bool beside, struct buf *as,
	struct carry_entry *now, struct err *e)
{
	struct stat st;
	bool there = fstatat(f->dir, f->name, &st, AT_SYMLINK_NOFOLLOW) == 0;
	bool regular = there && S_ISREG(st.st_mode);
	int rc;

	if (dress(f, remote, regular ? &st : NULL, e) < 0)
		return -1;
	if (!is_still(here, there ? &st : NULL) || beside)
		rc = keep_beside(f, as, e);
	else
		rc = renameat(f->dir, f->temp, f->dir, f->name) < 0
			     ? err_errno(e, "%s", f->name)
			     : 0;
	if (rc < 0)
		return -1;
	f->temp[0] = 0;
	if (fstat(f->fd, &st) < 0)
		return err_errno(e, "%s", f->name);
	*now = (struct carry_entry){
		.mode = st.st_mode, .size = st.st_size, .mtime = carry_mtime(&st)};
	return 0;
}

void carry_file_close(struct carry_file *f)
{
	if (f->temp[0])
		unlinkat(f->dir, f->temp, 0);
	if (f->fd >= 0)
		close(f->fd);
	if (f->dir >= 0)
		close(f->dir);
	*f = (struct carry_file){.dir = -1, .fd = -1};
}
