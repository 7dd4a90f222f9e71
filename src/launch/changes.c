/* SPDX-License-Identifier: MIT */
#include "launch/changes.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/beneath.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"

/* A container can make more than anybody wants to wait for or to read. */
enum { FILES_MAX = 500000, DEPTH_MAX = 64, LINES_MAX = 40 };

struct file {
	char *path;
	ino_t inode;
	off_t size;
	mode_t mode;
	struct timespec changed; /* which no program can set back */
};

/* One directory with all below it. */
struct tree {
	struct file *v;
	size_t n, room;
	bool partly; /* there is more than was looked at */
};

struct changes {
	struct tree *v; /* one for each mount that counts */
	size_t n;
};

static void tree_free(struct tree *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->v[i].path);
	free(t->v);
}

static void add(struct tree *t, const char *path, const struct stat *st)
{
	if (t->n == t->room) {
		t->room = t->room ? t->room * 2 : 256;
		t->v = xrealloc(t->v, t->room * sizeof *t->v);
	}
	t->v[t->n++] = (struct file){
		xstrdup(path), st->st_ino, st->st_size, st->st_mode, st->st_ctim};
}

/* Takes fd. Directories themselves do not count, only what is in them. */
static void look(struct tree *t, int fd, const char *above, int depth)
{
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (!d && fd >= 0)
		close(fd);
	t->partly |= !d;
	while (d && (entry = readdir(d))) {
		AUTO_FREE char *path =
			xasprintf("%s%s%s", above, *above ? "/" : "", entry->d_name);
		struct stat st;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..") ||
			fstatat(dirfd(d), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		if (t->n == FILES_MAX || (S_ISDIR(st.st_mode) && depth == DEPTH_MAX)) {
			t->partly = true;
			continue;
		}
		if (!S_ISDIR(st.st_mode))
			add(t, path, &st);
		else
			look(t,
				openat(dirfd(d), entry->d_name,
					O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
				path, depth + 1);
	}
	if (d)
		closedir(d);
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct file *)a)->path, ((const struct file *)b)->path);
}

static struct tree tree_of(const struct resolved_mount *m)
{
	struct tree t = {0};

	look(&t, open_held(m->fd, O_RDONLY | O_DIRECTORY), "", 0);
	if (t.n)
		qsort(t.v, t.n, sizeof *t.v, by_path);
	return t;
}

/* A directory of the user's that can be written, and in none that counts already. */
static bool counts(const struct resolved *s, size_t i)
{
	const struct resolved_mount *m = &s->mounts[i];
	struct stat st;

	if (m->type != MOUNT_BIND || m->readonly || m->fd < 0 || fstat(m->fd, &st) < 0 ||
		!S_ISDIR(st.st_mode))
		return false;
	for (size_t k = 0; k < s->n_mounts; k++)
		if (k != i && s->mounts[k].fd >= 0 && !s->mounts[k].readonly &&
			path_within(m->source, s->mounts[k].source) &&
			(k < i || strcmp(m->source, s->mounts[k].source) != 0))
			return false;
	return true;
}

struct changes *changes_begin(const struct resolved *s)
{
	struct changes *c;

	if (!s->set.changes)
		return NULL;
	c = xcalloc(1, sizeof *c);
	c->v = xcalloc(s->n_mounts, sizeof *c->v);
	for (size_t i = 0; i < s->n_mounts; i++)
		if (counts(s, i))
			c->v[c->n++] = tree_of(&s->mounts[i]);
	return c;
}

void changes_free(struct changes *c)
{
	for (size_t i = 0; c && i < c->n; i++)
		tree_free(&c->v[i]);
	if (c)
		free(c->v);
	free(c);
}

static bool differs(const struct file *a, const struct file *b)
{
	return a->inode != b->inode || a->size != b->size || a->mode != b->mode ||
	       a->changed.tv_sec != b->changed.tv_sec ||
	       a->changed.tv_nsec != b->changed.tv_nsec;
}

static const char *mark(const struct file *before, const struct file *now)
{
	bool runs = now && S_ISREG(now->mode) && (now->mode & 0111);

	if (!now)
		return "gone";
	if (S_ISLNK(now->mode))
		return "a link";
	if (!S_ISREG(now->mode))
		return "no file";
	if (now->mode & (S_ISUID | S_ISGID))
		return "setuid";
	if (!before)
		return runs ? "new, a program" : "new";
	return runs && !(before->mode & 0111) ? "a program now" : NULL;
}

/* before or now is NULL where it is not there. */
static void say(const char *path, const struct file *before, const struct file *now,
	size_t *lines)
{
	const char *what = mark(before, now);

	if (++*lines > LINES_MAX)
		return;
	log_info(" %s | %lld -> %lld bytes%s%s%s", path,
		before ? (long long)before->size : 0, now ? (long long)now->size : 0,
		what ? " (" : "", what ? what : "", what ? ")" : "");
}

static size_t compare(const struct tree *a, const struct tree *b)
{
	size_t i = 0, k = 0, lines = 0;

	while (i < a->n || k < b->n) {
		int order = i == a->n   ? 1
			    : k == b->n ? -1
					: strcmp(a->v[i].path, b->v[k].path);

		if (order < 0) {
			say(a->v[i].path, &a->v[i], NULL, &lines);
			i++;
		} else if (order > 0) {
			say(b->v[k].path, NULL, &b->v[k], &lines);
			k++;
		} else {
			if (differs(&a->v[i], &b->v[k]))
				say(b->v[k].path, &a->v[i], &b->v[k], &lines);
			i++;
			k++;
		}
	}
	return lines;
}

void changes_say(const struct changes *c, const struct resolved *s)
{
	size_t at = 0;

	for (size_t i = 0; i < s->n_mounts && at < c->n; i++) {
		struct tree now;
		size_t lines;

		if (!counts(s, i))
			continue;
		now = tree_of(&s->mounts[i]);
		lines = compare(&c->v[at], &now);
		log_info("%s: %zu file%s changed while it ran%s", s->mounts[i].source,
			lines, lines == 1 ? "" : "s",
			lines > LINES_MAX ? "; not all are shown" : "");
		if (now.partly || c->v[at].partly)
			log_warn("not all of %s could be looked at", s->mounts[i].source);
		tree_free(&now);
		at++;
	}
}
