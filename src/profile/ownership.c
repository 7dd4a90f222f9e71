/* SPDX-License-Identifier: MIT */
#include "profile/ownership.h"

#include <endian.h>
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/path.h"
#include "plan/shell_word.h"
#include "profile/safe.h"

uid_t user_behind(void)
{
	const char *text = getuid() == 0 ? getenv("SUDO_UID") : NULL;
	char *end = NULL;
	unsigned long uid = text ? strtoul(text, &end, 10) : 0;

	return text && *text && !*end && uid < UINT_MAX ? (uid_t)uid : getuid();
}

static bool is_ours(uid_t uid)
{
	return uid == 0 || uid == getuid() || uid == user_behind();
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

/* More entries than file systems keep. */
enum { LIST_MAX = 16384 };

/* Does its access list (POSIX ACL) name a group, or a user that is not ours, who may
 * write? What cannot be read of one counts as yes. */
static bool list_lets_write(const char *path)
{
	char list[LIST_MAX];
	struct posix_acl_xattr_entry one;
	ssize_t n = getxattr(path, "system.posix_acl_access", list, sizeof list);

	if (n < 0)
		return errno == ERANGE;
	for (size_t at = sizeof(struct posix_acl_xattr_header);
		at + sizeof one <= (size_t)n; at += sizeof one) {
		unsigned tag;

		memcpy(&one, list + at, sizeof one);
		tag = le16toh(one.e_tag);
		if (!(le16toh(one.e_perm) & ACL_WRITE))
			continue;
		if (tag == ACL_GROUP || (tag == ACL_USER && !is_ours(le32toh(one.e_id))))
			return true;
	}
	return false;
}

static void add_owner(struct buf *b, const char *path, uid_t uid)
{
	const struct passwd *pw = getpwuid(uid);

	buf_addf(b, "%s belongs to uid %u", path, (unsigned)uid);
	if (pw)
		buf_addf(b, " (%s)", pw->pw_name);
}

/* Whom its mode lets change it, beside its owner; NULL = nobody. */
static const char *writers(const char *path, const struct stat *st)
{
	if (st->st_mode & S_IWOTH)
		return "every user";
	if (!(st->st_mode & S_IWGRP)) /* where it has an access list: nobody of that */
		return NULL;
	if (!is_private_group(st->st_gid, st->st_uid))
		return "other users of its group";
	return list_lets_write(path) ? "others that its access list names" : NULL;
}

static char *by_owner(const char *path, const struct stat *st)
{
	AUTO_BUF struct buf b = {0};

	if (is_ours(st->st_uid))
		return NULL;
	add_owner(&b, path, st->st_uid);
	buf_addf(&b, ", who can change it at any time; make it yours: chown %u ",
		(unsigned)getuid());
	shell_word(&b, path);
	return buf_take(&b);
}

static char *by_mode(const char *path, const struct stat *st)
{
	const char *who = writers(path, st);
	AUTO_BUF struct buf b = {0};

	if (!who)
		return NULL;
	buf_addf(&b, "%s can be changed by %s; take that away: chmod go-w ", path, who);
	shell_word(&b, path);
	return buf_take(&b);
}

/* Further up, where groups of administrators are usual, only what everybody may write
 * counts. */
static char *by_ancestors(const char *path)
{
	AUTO_FREE char *dir = xstrdup(path);
	char *slash = strrchr(dir, '/');
	struct stat st;

	for (; slash; slash = strrchr(dir, '/')) {
		char *problem = NULL;

		slash[slash == dir] = 0;
		if (stat(dir, &st) < 0)
			return NULL;
		if (!(st.st_mode & S_ISVTX) && st.st_mode & S_IWOTH)
			problem = by_mode(dir, &st);
		if (problem || slash == dir)
			return problem;
	}
	return NULL;
}

/* Whoever may write a directory may put another file in place of this one, unless it is
 * sticky: then the new file would be that user's, and refused for that. */
static char *by_directory(const char *path)
{
	AUTO_FREE char *dir = path_join(path, "..");
	struct stat st;
	char *problem;

	if (stat(dir, &st) < 0)
		return NULL;
	problem = by_owner(dir, &st);
	if (!problem && !(st.st_mode & S_ISVTX))
		problem = by_mode(dir, &st);
	return problem ? problem : by_ancestors(dir);
}

char *file_problem(const char *path, const struct stat *st)
{
	char *problem = by_owner(path, st);

	if (!problem)
		problem = by_mode(path, st);
	return problem ? problem : by_directory(path);
}

char *ownership_problem(const char *path, const struct stat *st)
{
	char *problem = file_problem(path, st);

	if (problem && safe_file(path)) {
		free(problem);
		problem = NULL;
	}
	return problem;
}

/* What to do about a directory that others may change depends on whose it is. */
static void add_cure(struct buf *b, const char *dir, const struct stat *st, bool mode)
{
	bool mine = st->st_uid == getuid() || getuid() == 0;

	if (st->st_mode & S_IWOTH && (!mine || st->st_mode & S_ISVTX)) {
		buf_adds(b, "; use a directory of your own");
		return;
	}
	buf_adds(b, "; ");
	if (mode && mine) {
		buf_adds(b, "take that away: chmod go-w ");
		shell_word(b, dir);
		buf_adds(b, ", or ");
	}
	buf_adds(b, "if you trust them: cnnrun allow --directory ");
	shell_word(b, dir);
}

static char *own_problem(const char *dir, const struct stat *st)
{
	bool ours = is_ours(st->st_uid);
	const char *who = writers(dir, st);
	AUTO_BUF struct buf b = {0};

	if (ours && !who)
		return by_ancestors(dir);
	if (ours)
		buf_addf(&b, "%s can be changed by %s", dir, who);
	else
		add_owner(&b, dir, st->st_uid);
	add_cure(&b, dir, st, ours);
	return buf_take(&b);
}

char *directory_problem(const char *dir, const char *const *marks)
{
	struct stat st;
	char *problem;

	if (stat(dir, &st) < 0)
		return NULL;
	problem = own_problem(dir, &st);
	for (; !problem && *marks; marks++) {
		AUTO_FREE char *mark = path_join(dir, *marks);

		if (stat(mark, &st) == 0)
			problem = by_owner(mark, &st);
	}
	if (problem && safe_project(dir)) {
		free(problem);
		problem = NULL;
	}
	return problem;
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
