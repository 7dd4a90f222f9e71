/* SPDX-License-Identifier: MIT */
#include "profile/ownership.h"

#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/path.h"
#include "plan/shell_word.h"

/* Who is behind `sudo cnnrun`; root itself otherwise. Only root's own environment can say
 * so, and git decides the same way. */
static uid_t behind_sudo(void)
{
	const char *text = getenv("SUDO_UID");
	char *end = NULL;
	unsigned long uid = text ? strtoul(text, &end, 10) : 0;

	return text && *text && !*end && uid < UINT_MAX ? (uid_t)uid : 0;
}

static bool is_ours(uid_t uid)
{
	return uid == 0 || uid == getuid() || (getuid() == 0 && uid == behind_sudo());
}

/* A group that has nobody but owner in it. With umask 002 every file of a user is
 * writable by such a group, named as its user. */
static bool is_private_group(gid_t gid, uid_t owner)
{
	const struct passwd *pw;
	const struct group *g;
	AUTO_FREE char *name = NULL;

	if (gid == 0)
		return true;
	pw = getpwuid(owner);
	if (pw && pw->pw_gid != gid)
		return false;
	name = xstrdup(pw ? pw->pw_name : NULL);
	g = getgrgid(gid);
	if (!g)
		return gid == owner;
	if (!name || strcmp(name, g->gr_name) != 0)
		return false;
	for (char *const *m = g->gr_mem; *m; m++)
		if (strcmp(*m, name) != 0)
			return false;
	return true;
}

static char *by_owner(const char *path, const struct stat *st)
{
	const struct passwd *pw;
	AUTO_BUF struct buf b = {0};

	if (is_ours(st->st_uid))
		return NULL;
	pw = getpwuid(st->st_uid);
	buf_addf(&b, "%s belongs to uid %u", path, (unsigned)st->st_uid);
	if (pw)
		buf_addf(&b, " (%s)", pw->pw_name);
	buf_adds(&b, ", who can change it at any time; make it yours: ");
	buf_addf(&b, "chown %u ", (unsigned)getuid());
	shell_word(&b, path);
	return buf_take(&b);
}

static char *by_mode(const char *path, const struct stat *st)
{
	bool all = st->st_mode & S_IWOTH;
	AUTO_BUF struct buf b = {0};

	if (!all &&
		(!(st->st_mode & S_IWGRP) || is_private_group(st->st_gid, st->st_uid)))
		return NULL;
	buf_addf(&b, "%s can be changed by %s; take that away: chmod go-w ", path,
		all ? "every user" : "other users of its group");
	shell_word(&b, path);
	return buf_take(&b);
}

/* Whoever may write a directory may put another file in place of this one, unless it is
 * sticky: then the new file would be that user's, and refused for that. Further up, where
 * groups of administrators are usual, only what everybody may write counts. */
static char *by_directory(const char *path)
{
	AUTO_FREE char *dir = xstrdup(path);
	char *slash = strrchr(dir, '/');
	struct stat st;
	bool nearest = true;

	for (; slash; slash = strrchr(dir, '/'), nearest = false) {
		char *problem = NULL;

		slash[slash == dir] = 0;
		if (stat(dir, &st) < 0)
			return NULL;
		if (nearest)
			problem = by_owner(dir, &st);
		if (!problem && !(st.st_mode & S_ISVTX) &&
			(nearest || (st.st_mode & S_IWOTH)))
			problem = by_mode(dir, &st);
		if (problem || slash == dir)
			return problem;
	}
	return NULL;
}

/* Could somebody else than this user and root change the file path? NULL, or the reason
 * and its cure, which the caller frees. */
static char *ownership_problem(const char *path, const struct stat *st)
{
	char *problem = by_owner(path, st);

	if (!problem)
		problem = by_mode(path, st);
	return problem ? problem : by_directory(path);
}

void source_note(struct profile_source *src, const char *path, const struct stat *st,
	const struct buf *text)
{
	char hex[DIGEST_HEX];

	src->trusted = false;
	digest_hex(buf_str(text), text->n, hex);
	kvs_set(&src->files, path, hex);
	if (!src->unsafe)
		src->unsafe = ownership_problem(path, st);
}

void source_note_all(struct profile_source *src, const struct profile_source *other)
{
	if (!other->trusted)
		src->trusted = false;
	for (size_t i = 0; i < other->files.n; i++)
		kvs_set(&src->files, other->files.v[i].key, other->files.v[i].value);
	if (!src->unsafe)
		src->unsafe = xstrdup(other->unsafe);
}
