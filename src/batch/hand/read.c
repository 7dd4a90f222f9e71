/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/beneath.h"
#include "base/mem.h"
#include "base/path.h"
#include "batch/batch.h"
#include "batch/hand/hand.h"
#include "launch/carry/entry.h"

/* SMALL: of a file that is read whole, here or on a node; TASKS: more than any array. */
enum {
	PIECE = 1 << 16,
	HEAD_MAX = CARRY_PATH_MAX + 64,
	SMALL = 64 << 20,
	LINK_MAX_BYTES = 4095,
	TASKS = 10000000
};

struct entry {
	char type;
	unsigned mode;
	int64_t size, mtime;
	char path[CARRY_PATH_MAX + 1];
};

static int cut(struct err *e)
{
	return err_set(e, ECONNRESET,
		"the job did not arrive whole, and nothing was queued; submit it again");
}

static int read_head(FILE *f, struct entry *out, struct err *e)
{
	char head[HEAD_MAX];
	long long size, mtime;
	int c, at = 0;
	size_t n = 0;

	while ((c = getc(f)) > 0 && n + 1 < sizeof head)
		head[n++] = (char)c;
	if (c == EOF)
		return cut(e);
	head[n] = 0;
	if (c ||
		sscanf(head, "%c %4o %19lld %20lld %n", &out->type, &out->mode, &size,
			&mtime, &at) != 4 ||
		!at || size < 0 || strlen(head + at) >= sizeof out->path)
		return err_set(e, EPROTO, "what came is no job of cnnrun's");
	out->size = size;
	out->mtime = mtime;
	memcpy(out->path, head + at, strlen(head + at) + 1);
	return 0;
}

static bool is_task_plan(const char *path)
{
	int n = 0, task;

	return sscanf(path, "task.%8d/" FROZEN_PLAN "%n", &task, &n) == 1 && n &&
	       !path[n] && path[5] != '-' && path[5] != '+' && path[5] != ' ' &&
	       task < TASKS;
}

static bool is_of_snapshot(const char *path)
{
	return !strncmp(path, HAND_SNAPSHOT "/", sizeof HAND_SNAPSHOT);
}

static int check(const struct entry *n, struct err *e)
{
	bool of_snapshot = is_of_snapshot(n->path), whole = n->type == 'f';
	bool known = of_snapshot || !strcmp(n->path, FROZEN_PLAN) ||
		     !strcmp(n->path, FROZEN_VARIABLES) ||
		     !strcmp(n->path, HAND_SCRIPT) || is_task_plan(n->path);

	if (!known || !carry_path_ok(n->path) ||
		(!whole && (n->type != 'l' || !of_snapshot)))
		return err_set(e, EPROTO, "a job's directory has no such thing: %.200s",
			n->path);
	if ((!of_snapshot && n->size > SMALL) || (!whole && n->size > LINK_MAX_BYTES))
		return err_set(e, EFBIG, "%.200s: %lld bytes are too many", n->path,
			(long long)n->size);
	return 0;
}

/* The directory that is to have it. */
static int parent_of(int top, const struct entry *n, const char **name)
{
	const char *slash = strrchr(n->path, '/');
	AUTO_FREE char *dir = xstrndup(n->path, slash ? (size_t)(slash - n->path) : 0);
	size_t at;

	*name = slash ? slash + 1 : n->path;
	if (slash && make_beneath(top, dir, true, true, &at) < 0)
		return -1;
	return open_beneath(top, slash ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void set_time(int dir, const char *name, int64_t mtime)
{
	const struct timespec at = carry_time(mtime);
	const struct timespec times[] = {at, at};

	utimensat(dir, name, times, AT_SYMLINK_NOFOLLOW); /* else it counts as changed */
}

static int read_file(
	FILE *f, const struct entry *n, int dir, const char *name, struct err *e)
{
	mode_t mode = is_of_snapshot(n->path)         ? n->mode & 0777
		      : !strcmp(n->path, HAND_SCRIPT) ? 0700
						      : 0600;
	AUTO_FREE char *piece = xmalloc(PIECE);
	AUTO_FD int to = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int64_t left = n->size;

	if (to < 0)
		return err_errno(e, "%s", n->path);
	while (left) {
		size_t k = fread(piece, 1, left < PIECE ? (size_t)left : PIECE, f);

		if (!k)
			return cut(e);
		for (size_t done = 0; done < k;) {
			ssize_t w = write(to, piece + done, k - done);

			if (w < 0 && errno != EINTR)
				return err_errno(e, "%s", n->path);
			done += w > 0 ? (size_t)w : 0;
		}
		left -= (int64_t)k;
	}
	if (fchmod(to, mode) < 0)
		return err_errno(e, "%s", n->path);
	set_time(dir, name, n->mtime);
	return 0;
}

static int read_link(
	FILE *f, const struct entry *n, int dir, const char *name, struct err *e)
{
	char text[LINK_MAX_BYTES + 1];

	if (fread(text, 1, (size_t)n->size, f) != (size_t)n->size)
		return cut(e);
	text[n->size] = 0;
	if (symlinkat(text, dir, name) < 0)
		return err_errno(e, "%s", n->path);
	set_time(dir, name, n->mtime);
	return 0;
}

static int read_entry(FILE *f, const struct entry *n, int top, struct err *e)
{
	const char *name;
	AUTO_FD int dir = -1;

	if (check(n, e) < 0)
		return -1;
	dir = parent_of(top, n, &name);
	if (dir < 0)
		return err_errno(e, "%s", n->path);
	return n->type == 'f' ? read_file(f, n, dir, name, e)
			      : read_link(f, n, dir, name, e);
}

static int read_all(FILE *f, int top, struct err *e)
{
	struct entry n;

	for (;;) {
		if (read_head(f, &n, e) < 0)
			return -1;
		if (n.type == 'e')
			return 0;
		if (read_entry(f, &n, top, e) < 0)
			return -1;
	}
}

int hand_read(int fd, const char *dir, struct err *e)
{
	AUTO_FD int top = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int own = top < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 0);
	FILE *f = own < 0 ? NULL : fdopen(own, "re");
	int rc;

	if (!f) {
		err_errno(e, "%s", dir);
		if (own >= 0)
			close(own);
		return -1;
	}
	rc = read_all(f, top, e);
	fclose(f);
	return rc;
}
