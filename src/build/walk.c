/* SPDX-License-Identifier: MIT */
#include "build/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/strv.h"

/* A directory that is being walked. */
struct level {
	int fd;
	struct strv names;
	size_t at;
	size_t path_len; /* of the directory itself, 0 at the root */
	struct stat st;
	bool *matched; /* what ignore_match stored for it */
	bool skipped;  /* ignored itself, but something in it may not be */
};

struct walk {
	char *root;
	const struct ignore *ignore;
	bool classic;
	struct level *v;
	size_t n;
	struct buf path;
	struct buf due; /* path of a directory that is told late */
	bool *matched;  /* of the entry at hand */
	bool enter;     /* the directory returned last is to be entered */
};

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int read_names(int fd, struct strv *names)
{
	int copy = dup(fd);
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	const struct dirent *entry;
	int failed;

	if (!d) {
		if (copy >= 0)
			close(copy);
		return -1;
	}
	errno = 0;
	while ((entry = readdir(d)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			strv_add(names, entry->d_name);
	failed = errno;
	closedir(d);
	errno = failed;
	if (failed)
		return -1;
	if (names->n)
		qsort(names->v, names->n, sizeof *names->v, by_bytes);
	return 0;
}

static void leave(struct walk *w)
{
	struct level *l = &w->v[--w->n];

	close(l->fd);
	strv_free(&l->names);
	free(l->matched);
}

static int cannot_read(const struct walk *w, struct err *e)
{
	return err_errno(
		e, "cannot read %s/%s of the build context", w->root, buf_str(&w->path));
}

/* Enters the directory w->path, whose last part is name. */
static int enter(struct walk *w, int parent, const char *name, const struct stat *st,
	bool skipped, struct err *e)
{
	struct level l = {.path_len = w->path.n, .st = *st, .skipped = skipped};

	l.fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (l.fd < 0)
		return cannot_read(w, e);
	if (read_names(l.fd, &l.names) < 0) {
		cannot_read(w, e);
		strv_free(&l.names);
		close(l.fd);
		return -1;
	}
	l.matched = xcalloc(w->ignore->n, sizeof *l.matched);
	if (w->n)
		memcpy(l.matched, w->matched, w->ignore->n * sizeof *l.matched);
	w->v = xrealloc(w->v, (w->n + 1) * sizeof *w->v);
	w->v[w->n++] = l;
	return 0;
}

int walk_open(const struct build_input *root, const struct ignore *ignore, bool classic,
	struct walk **out, struct err *e)
{
	struct walk *w = xcalloc(1, sizeof *w);
	struct stat st = {0};

	w->root = xstrdup(root->path);
	w->ignore = ignore;
	w->classic = classic;
	w->matched = xcalloc(ignore->n, sizeof *w->matched);
	if (enter(w, root->fd, ".", &st, false, e) < 0) {
		walk_free(w);
		return -1;
	}
	*out = w;
	return 0;
}

void walk_free(struct walk *w)
{
	if (!w)
		return;
	while (w->n)
		leave(w);
	free(w->v);
	free(w->matched);
	free(w->root);
	buf_free(&w->path);
	buf_free(&w->due);
	free(w);
}

static void cut_path(struct walk *w, size_t n)
{
	w->path.n = n;
	if (w->path.p)
		w->path.p[n] = 0;
}

/* BuildKit sends the ignored directories above what is not ignored, so that they keep
 * their modes; the classic builder makes them up. The outermost one that is still due. */
static bool due_directory(struct walk *w, struct walk_entry *out)
{
	for (size_t i = 1; i < w->n && !w->classic; i++) {
		struct level *l = &w->v[i];
		const char *slash;

		if (!l->skipped)
			continue;
		l->skipped = false;
		w->due.n = 0;
		buf_add(&w->due, w->path.p, l->path_len);
		slash = strrchr(w->due.p, '/');
		*out = (struct walk_entry){.path = w->due.p,
			.name = slash ? slash + 1 : w->due.p,
			.dir = w->v[i - 1].fd,
			.st = l->st};
		return true;
	}
	return false;
}

/* Is the entry at hand in the context? *descend: it is a directory to look into. */
static bool wanted(struct walk *w, const struct walk_entry *entry, bool *descend)
{
	const struct level *l = &w->v[w->n - 1];
	bool ignored = ignore_match(
		w->ignore, entry->path, w->n > 1 ? l->matched : NULL, w->matched);

	*descend = S_ISDIR(entry->st.st_mode) &&
		   (!ignored || !ignore_prune(w->ignore, entry->path, w->classic));
	return !ignored;
}

static int describe(struct walk *w, struct walk_entry *out, struct err *e)
{
	const struct level *l = &w->v[w->n - 1];
	const char *name = l->names.v[l->at];

	cut_path(w, l->path_len);
	if (w->path.n)
		buf_addc(&w->path, '/');
	buf_adds(&w->path, name);
	*out = (struct walk_entry){.path = w->path.p, .name = name, .dir = l->fd};
	if (fstatat(l->fd, name, &out->st, AT_SYMLINK_NOFOLLOW) == 0)
		return 1;
	/* gone since the directory was read */
	return errno == ENOENT ? 0 : cannot_read(w, e);
}

int walk_next(struct walk *w, struct walk_entry *out, struct err *e)
{
	while (w->n) {
		struct level *l = &w->v[w->n - 1];
		bool descend, in;
		int there;

		if (l->at == l->names.n) {
			leave(w);
			continue;
		}
		there = describe(w, out, e);
		if (there < 0)
			return -1;
		if (w->enter) {
			w->enter = false;
			l->at++;
			if (there && enter(w, l->fd, out->name, &out->st, false, e) < 0)
				return -1;
			continue;
		}
		in = there && wanted(w, out, &descend);
		if (in && due_directory(w, out))
			return 1;
		if (in && descend)
			w->enter = true;
		else
			l->at++;
		if (in)
			return 1;
		if (there && descend && enter(w, l->fd, out->name, &out->st, true, e) < 0)
			return -1;
	}
	return 0;
}

char *walk_read_link(const struct walk_entry *w, struct err *e)
{
	for (size_t n = (size_t)w->st.st_size + 2;; n *= 2) {
		char *text = xmalloc(n);
		ssize_t k = readlinkat(w->dir, w->name, text, n);

		if (k >= 0 && (size_t)k < n) {
			text[k] = 0;
			return text;
		}
		free(text);
		if (k < 0) {
			err_errno(e, "cannot read the link %s", w->path);
			return NULL;
		}
	}
}
