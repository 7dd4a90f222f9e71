/* SPDX-License-Identifier: MIT */
#include "launch/points/below.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/beneath.h"
#include "base/mem.h"
#include "base/path.h"
#include "plan/shell_word.h"

bool mount_of_directory(const struct resolved_mount *m)
{
	struct stat st;

	return m->type != MOUNT_BIND || lstat(m->source, &st) < 0 || S_ISDIR(st.st_mode);
}

static const char *purpose(const struct point *p)
{
	return p->kind == POINT_WORKDIR ? "working directory" : "mount";
}

static void add_cure(const char *path, bool is_directory, const char *why, struct err *e)
{
	AUTO_FREE char *dir = is_directory ? xstrdup(path) : path_join(path, "..");
	AUTO_BUF struct buf cure = {0};

	buf_adds(&cure, "mkdir -p ");
	shell_word(&cure, dir);
	if (!is_directory) {
		buf_adds(&cure, " && touch ");
		shell_word(&cure, path);
	}
	err_hint(e, "%s: %s", why, cure.p);
}

static int refuse(const struct resolved_mount *m, const struct point *p, const char *rel,
	size_t at, struct err *e)
{
	AUTO_FREE char *whole = xasprintf("%s/%s", m->source, rel);
	AUTO_FREE char *part = xasprintf("%s/%.*s", m->source, (int)at, rel);
	const char *for_what = purpose(p);
	int code = errno;

	switch (code) {
	case ELOOP:
		return err_set(e, code,
			"%s %s: %s is a symbolic link, through which the engine would "
			"make and mount as root; name the place it leads to",
			for_what, p->path, part);
	case ENOTDIR:
		return err_set(e, code,
			"%s %s: %s is no directory; remove it, or choose another place",
			for_what, p->path, part);
	case EISDIR:
		return err_set(e, code,
			"%s %s: %s is a directory, and a file is to be mounted there; "
			"remove it, or choose another place",
			for_what, p->path, part);
	}
	if (code == ENOENT && m->readonly)
		err_set(e, code,
			"%s %s: %s is not there, and the mount at %s is "
			"read-only",
			for_what, p->path, whole, m->target);
	else
		err_errno(e, "%s %s: %s", for_what, p->path, part);
	add_cure(whole, p->is_directory, "make it first", e);
	return -1;
}

int point_make(const struct resolved_mount *m, const struct point *p, struct err *e)
{
	const char *rel = p->path + strlen(m->target) + 1;
	AUTO_FD int there = -1;
	struct stat st;
	size_t at = 0;

	if (fstat(m->fd, &st) < 0)
		return err_errno(e, "mount %s", m->source);
	if (p->kind == POINT_DEVICE)
		return err_set(e, EPERM,
			"device %s: the engine would make it in %s, as root; choose a "
			"place outside the mount at %s",
			p->path, m->source, m->target);
	if (!S_ISDIR(st.st_mode))
		return err_set(e, ENOTDIR,
			"%s %s: %s, mounted at %s, is no directory; "
			"choose another place",
			purpose(p), p->path, m->source, m->target);
	/* nothing is made in a working directory that is there, by links or not */
	if (p->kind == POINT_WORKDIR)
		there = open_beneath(m->fd, rel, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (there >= 0 ||
		make_beneath(m->fd, rel, p->is_directory, !m->readonly, &at) == 0)
		return 0;
	return refuse(m, p, rel, at, e);
}
