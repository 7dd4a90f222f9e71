/* SPDX-License-Identifier: MIT */
#include "batch/snapshot/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/beneath.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/size.h"
#include "launch/carry/local.h"

enum { PIECE = 1 << 20, DEEP = 32 }; /* DEEP: repositories in repositories */

struct snapshot {
	const char *project;
	int from, to; /* open on both directories */
	size_t files;
	int64_t bytes;
};

static int failed(const struct snapshot *s, const char *path, struct err *e)
{
	int code = errno;

	err_errno(e, "snapshot of %s/%s", s->project, path);
	return code == EACCES ? err_hint(e, "name it in .gitignore to leave it out") : -1;
}

/* The directory below top that has path, or is to have it; no link leads there. */
static int parent_of(int top, const char *path, bool make, const char **name)
{
	const char *slash = strrchr(path, '/');
	AUTO_FREE char *dir = xstrndup(path, slash ? (size_t)(slash - path) : 0);
	size_t at;

	*name = slash ? slash + 1 : path;
	if (slash && make_beneath(top, dir, true, make, &at) < 0)
		return -1;
	return open_beneath(top, slash ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static ssize_t copy_some(int from, int to, char *piece)
{
	ssize_t k = copy_file_range(from, NULL, to, NULL, (size_t)1 << 30, 0);

	if (k > 0 || (k < 0 && errno != EXDEV && errno != EINVAL && errno != ENOSYS &&
			     errno != EOPNOTSUPP && errno != EPERM))
		return k;
	k = read(from, piece, PIECE); /* also of what has no size, as in /proc */
	return k > 0 ? write(to, piece, (size_t)k) : k;
}

static int copy_file(struct snapshot *s, int held, const char *path, int dir,
	const char *name, const struct stat *st, struct err *e)
{
	AUTO_FREE char *piece = xmalloc(PIECE);
	AUTO_FD int from = open_held(held, FILE_READ);
	AUTO_FD int to = openat(
		dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, st->st_mode & 0777);
	const struct timespec times[] = {st->st_atim, st->st_mtim};
	ssize_t k = 0;

	if (from < 0 || to < 0)
		return failed(s, path, e);
	while ((k = copy_some(from, to, piece)) > 0)
		s->bytes += k;
	if (k < 0 || fchmod(to, st->st_mode & 0777) < 0)
		return failed(s, path, e);
	futimens(to, times);
	return 0;
}

static int copy_link(int held, int dir, const char *name)
{
	char text[4096];
	ssize_t n = readlinkat(held, "", text, sizeof text - 1);

	if (n < 0)
		return -1;
	text[n] = 0;
	return symlinkat(text, dir, name);
}

/* 1 = it is a directory, in which another repository may be. */
static int put(struct snapshot *s, const char *path, struct err *e)
{
	const char *name;
	AUTO_FD int in = parent_of(s->from, path, false, &name);
	AUTO_FD int held =
		in < 0 ? -1 : openat(in, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	AUTO_FD int dir = -1;
	struct stat st;

	if (held < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
		return 0; /* tracked, and removed or replaced */
	if (held < 0 || fstat(held, &st) < 0)
		return failed(s, path, e);
	if (S_ISDIR(st.st_mode))
		return 1;
	if (!S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode))
		return 0;
	dir = parent_of(s->to, path, true, &name);
	if (dir < 0)
		return failed(s, path, e);
	s->files++;
	if (S_ISREG(st.st_mode))
		return copy_file(s, held, path, dir, name, &st, e);
	return copy_link(held, dir, name) < 0 ? failed(s, path, e) : 0;
}

/* A repository's files, those of submodules and of others in it too. below: its path,
 * "" = the project's; *none: it is no repository. */
static int put_repository(
	struct snapshot *s, const char *below, int deep, bool *none, struct err *e)
{
	AUTO_FREE char *dir = path_join(s->project, below);
	AUTO_BUF struct buf list = {0};
	bool inner;

	if (git_list(dir, &list, none, e) < 0)
		return -1;
	for (size_t at = 0; at < list.n; at += strlen(list.p + at) + 1) {
		AUTO_FREE char *path =
			xasprintf("%s%s%s", below, *below ? "/" : "", list.p + at);
		size_t n = strlen(path);
		int got;

		if (n && path[n - 1] == '/')
			path[n - 1] = 0;
		got = put(s, path, e);
		if (got > 0 && deep < DEEP)
			got = put_repository(s, path, deep + 1, &inner, e);
		if (got < 0)
			return -1;
	}
	return 0;
}

/* Some repository's own files, of one below what is none itself. */
static bool is_git(const char *path)
{
	const char *at = path;

	while ((at = strstr(at, ".git"))) {
		if ((at == path || at[-1] == '/') && (!at[4] || at[4] == '/'))
			return true;
		at += 4;
	}
	return false;
}

static int put_all(struct snapshot *s, struct err *e)
{
	struct carry_local l = {0};
	struct carry_entry one;
	int got = carry_local_open(&l, s->from, s->project, e);

	while (!got && (got = carry_local_next(&l, &one, e)) > 0)
		got = !is_git(one.path) && put(s, one.path, e) < 0 ? -1 : 0;
	carry_local_close(&l);
	return got;
}

int snapshot_make(const char *project, const char *dir, bool goes, struct err *e)
{
	AUTO_FREE char *size = NULL;
	struct snapshot s = {.project = project, .from = -1, .to = -1};
	bool none = false;
	int rc = dir_make(dir, 0755, e);

	if (rc < 0)
		return -1;
	s.from = open(project, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	s.to = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s.from < 0 || s.to < 0)
		rc = err_errno(e, "%s", s.from < 0 ? project : dir);
	if (!rc)
		rc = put_repository(&s, "", 0, &none, e);
	if (!rc && none)
		rc = put_all(&s, e);
	if (s.from >= 0)
		close(s.from);
	if (s.to >= 0)
		close(s.to);
	if (rc < 0)
		return -1;
	size = size_words(s.bytes);
	if (goes)
		log_info("the project goes along as a snapshot: %zu files, %s", s.files,
			size);
	else
		log_info("the snapshot: %s, %zu files, %s; what the job writes there "
			 "stays there",
			dir, s.files, size);
	return 0;
}

int snapshot_add(const char *project, const char *dir, const char *path, struct err *e)
{
	AUTO_FREE char *full = path_join(project, path), *there = NULL;
	const char *below = path_below(full, project);
	AUTO_FD int from = open(project, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	AUTO_FD int to = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct snapshot s = {.project = project, .from = from, .to = to};
	struct stat st;

	if (from < 0 || to < 0 || !below)
		return err_errno(e, "%s", from < 0 ? project : dir);
	there = path_join(dir, below);
	if (lstat(there, &st) == 0)
		return 0;
	if (put(&s, below, e) < 0)
		return -1;
	return lstat(there, &st) == 0 && S_ISREG(st.st_mode) && chmod(there, 0600) < 0
		       ? err_errno(e, "%s", there)
		       : 0;
}

static void use(const struct plan *p, struct plan_mount *m, const char *dir, bool alone,
	struct rights *rights)
{
	AUTO_FREE char *source = path_join(p->project, m->source), *there = NULL;
	const char *below = path_below(source, p->project);
	struct stat st;

	if (!below)
		return;
	there = path_join(dir, below);
	if (!alone && (lstat(there, &st) < 0 || S_ISLNK(st.st_mode)))
		return; /* ignored: it stays where it is, as does what a link leads to */
	str_set(&m->source, there);
	m->carry = CARRY_NEVER;
	rights_add(rights, m->readonly ? RIGHT_READ : RIGHT_WRITE, there);
}

void snapshot_use(struct plan *p, const char *dir, bool alone, struct rights *rights)
{
	for (size_t i = 0; i < p->n_mounts; i++)
		if (p->mounts[i].type == MOUNT_BIND)
			use(p, &p->mounts[i], dir, alone, rights);
	for (size_t i = 0; i < p->n_services; i++) {
		str_set(&p->services[i].project, p->project);
		snapshot_use(&p->services[i], dir, alone, rights);
	}
}
