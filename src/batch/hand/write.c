/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "batch/batch.h"
#include "batch/hand/hand.h"
#include "launch/carry/entry.h"

enum { PIECE = 1 << 16 };

static int send_all(int to, const char *data, size_t n, struct err *e)
{
	while (n) {
		ssize_t k = write(to, data, n);

		if (k < 0 && errno != EINTR)
			return err_errno(e, "the job's files");
		data += k > 0 ? k : 0;
		n -= k > 0 ? (size_t)k : 0;
	}
	return 0;
}

static int send_head(int to, char type, const struct stat *st, int64_t size,
	const char *path, struct err *e)
{
	AUTO_FREE char *head = xasprintf("%c %o %lld %lld %s", type,
		(unsigned)(type == 'f' ? st->st_mode & 0777 : 0), (long long)size,
		(long long)carry_mtime(st), path);

	return send_all(to, head, strlen(head) + 1, e);
}

/* As many bytes as were told, whatever becomes of it meanwhile. */
static int send_file(int to, const char *top, const char *path, struct err *e)
{
	AUTO_FREE char *full = path_join(top, path), *piece = xmalloc(PIECE);
	AUTO_FD int fd = open(full, FILE_READ | O_NOFOLLOW);
	struct stat st;
	int64_t left;

	if (fd < 0 || fstat(fd, &st) < 0)
		return err_errno(e, "%s", full);
	if (send_head(to, 'f', &st, st.st_size, path, e) < 0)
		return -1;
	for (left = st.st_size; left;) {
		ssize_t k = read(fd, piece, left < PIECE ? (size_t)left : PIECE);

		if (k <= 0)
			return k < 0 ? err_errno(e, "%s", full)
				     : err_set(e, ESTALE,
					       "%s was changed while it was read", full);
		if (send_all(to, piece, (size_t)k, e) < 0)
			return -1;
		left -= k;
	}
	return 0;
}

static int send_link(
	int to, const char *top, const char *path, const struct stat *st, struct err *e)
{
	AUTO_FREE char *full = path_join(top, path);
	char text[4096];
	ssize_t n = readlink(full, text, sizeof text - 1);

	if (n < 0)
		return err_errno(e, "%s", full);
	return send_head(to, 'l', st, n, path, e) < 0 ? -1
						      : send_all(to, text, (size_t)n, e);
}

static int send_below(int to, const char *top, const char *path, struct err *e);

static int send_one(int to, const char *top, const char *path, struct err *e)
{
	AUTO_FREE char *full = path_join(top, path);
	struct stat st;

	if (lstat(full, &st) < 0)
		return err_errno(e, "%s", full);
	return S_ISDIR(st.st_mode)   ? send_below(to, top, path, e)
	       : S_ISLNK(st.st_mode) ? send_link(to, top, path, &st, e)
				     : send_file(to, top, path, e);
}

/* Of a task's folder its plan alone: the variables are those of the job. */
static bool is_there_once(const char *dir, const char *name)
{
	return !strncmp(dir, "task.", 5) && !strcmp(name, FROZEN_VARIABLES);
}

static int send_below(int to, const char *top, const char *path, struct err *e)
{
	AUTO_FREE char *full = path_join(top, path);
	DIR *d = opendir(full);
	struct dirent *entry;
	int rc = d ? 0 : err_errno(e, "%s", full);

	while (!rc && (entry = readdir(d))) {
		AUTO_FREE char *one =
			xasprintf("%s%s%s", path, *path ? "/" : "", entry->d_name);

		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
			!is_there_once(path, entry->d_name))
			rc = send_one(to, top, one, e);
	}
	if (d)
		closedir(d);
	return rc;
}

int hand_write(int fd, const char *dir, struct err *e)
{
	const struct stat none = {0};

	return send_below(fd, dir, "", e) < 0 ? -1 : send_head(fd, 'e', &none, 0, ".", e);
}
