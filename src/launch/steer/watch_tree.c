/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/beneath.h"
#include "base/buf.h"
#include "base/mem.h"
#include "launch/steer/watch.h"

enum { WATCHED_MAX = 8192, CHANGED_MAX = 1000, IGNORE_FILE_MAX = 1 << 20 };

static const uint32_t wanted = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM |
			       IN_MOVED_TO | IN_ONLYDIR | IN_EXCL_UNLINK;

/* The text of a file of the project; nothing of what is none. */
static void read_file(int project, const char *name, struct buf *out)
{
	AUTO_FD int fd = open_beneath(
		project, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
		st.st_size > IGNORE_FILE_MAX)
		return;
	while ((n = read(fd, buf_room(out, 65536), 65536)) > 0 &&
		out->n < IGNORE_FILE_MAX)
		out->n += (size_t)n;
}

/* Git's patterns in docker's words: one without a slash is for every directory. */
static void add_pattern(struct buf *b, char *line)
{
	size_t n = strcspn(line, "\r");
	bool keeps = *line == '!';

	while (n && (line[n - 1] == ' ' || line[n - 1] == '/'))
		n--;
	line[n] = 0;
	line += keeps;
	if (!*line || *line == '#')
		return;
	buf_addf(b, "%s%s%s\n", keeps ? "!" : "", strchr(line, '/') ? "" : "**/",
		line + (*line == '/'));
}

int watch_read_ignored(struct watch *w, struct err *e)
{
	AUTO_BUF struct buf git = {0}, docker = {0}, text = {0};
	char *line, *rest;

	read_file(w->project, ".dockerignore", &docker);
	read_file(w->project, ".gitignore", &git);
	rest = git.n ? git.p : NULL;
	if (rest)
		rest[git.n] = 0;
	while ((line = strsep(&rest, "\n")))
		add_pattern(&text, line);
	buf_adds(&text, "**/.git\n");
	if (docker.n &&
		ignore_parse(&w->ignore, docker.p, docker.n, ".dockerignore", e) < 0)
		return -1;
	return ignore_parse(&w->ignore, text.p, text.n, ".gitignore", e);
}

static bool *flags(const struct watch *w)
{
	return xcalloc(w->ignore.n + 1, sizeof(bool));
}

static struct watched *find(const struct watch *w, int wd)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->v[i].wd == wd)
			return &w->v[i];
	return NULL;
}

static char *join(const char *dir, const char *name)
{
	return *dir ? xasprintf("%s/%s", dir, name) : xstrdup(name);
}

static int add_directory(struct watch *w, int fd, const char *path, bool *ignored,
	const char *only, struct err *e)
{
	char held[40];
	struct watched *x;
	int wd;

	snprintf(held, sizeof held, "/proc/self/fd/%d", fd);
	wd = inotify_add_watch(w->fd, held, wanted);
	if (wd < 0 && errno == ENOSPC) {
		free(ignored);
		err_set(e, ENOSPC, "your user watches too many directories");
		return err_hint(e, "sudo sysctl fs.inotify.max_user_watches=500000");
	}
	if (wd < 0 || find(w, wd)) { /* gone by now; or watched already */
		x = wd < 0 ? NULL : find(w, wd);
		if (x && !only)
			str_set(&x->only, NULL);
		free(ignored);
		return 0;
	}
	w->v = xrealloc(w->v, (w->n + 1) * sizeof *w->v);
	w->v[w->n++] = (struct watched){wd, xstrdup(path), ignored, xstrdup(only)};
	return 0;
}

static int add_tree(
	struct watch *w, int fd, const char *path, bool *ignored, struct err *e);

static int add_entries(
	struct watch *w, DIR *d, const char *path, const bool *ignored, struct err *e)
{
	const struct dirent *entry;

	while ((entry = readdir(d))) {
		AUTO_FREE char *below = NULL;
		bool *own;
		int fd, rc;

		if (entry->d_type != DT_DIR || !strcmp(entry->d_name, ".") ||
			!strcmp(entry->d_name, ".."))
			continue;
		below = join(path, entry->d_name);
		own = flags(w);
		if (ignore_match(&w->ignore, below, ignored, own) &&
			ignore_prune(&w->ignore, below, false)) {
			free(own);
			continue;
		}
		fd = openat(dirfd(d), entry->d_name,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0) { /* gone by now, or not ours to read */
			free(own);
			continue;
		}
		rc = add_tree(w, fd, below, own, e);
		if (rc < 0)
			return -1;
	}
	return 0;
}

/* Has fd and ignored from now on. */
static int add_tree(
	struct watch *w, int fd, const char *path, bool *ignored, struct err *e)
{
	DIR *d;
	int rc;

	if (w->n >= WATCHED_MAX) {
		close(fd);
		free(ignored);
		err_set(e, E2BIG, "more than %d directories", WATCHED_MAX);
		return err_hint(e, "name fewer, or some of them in .gitignore");
	}
	rc = add_directory(w, fd, path, ignored, NULL, e);
	d = rc ? NULL : fdopendir(fd);
	if (!d) {
		close(fd);
		return rc;
	}
	rc = w->n && !strcmp(w->v[w->n - 1].path, path)
		     ? add_entries(w, d, path, w->v[w->n - 1].ignored, e)
		     : 0;
	closedir(d);
	return rc;
}

static int refuse(const char *path, struct err *e)
{
	if (errno == EXDEV || errno == ELOOP)
		return err_set(e, EACCES, "%.200s leads out of the project", path);
	return err_errno(e, "%.200s", path);
}

int watch_add(struct watch *w, const char *path, struct err *e)
{
	AUTO_FREE char *dir = xstrdup(path);
	char *slash = strrchr(dir, '/');
	const char *name = slash ? slash + 1 : dir;
	int fd = open_beneath(
		w->project, *path ? path : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0)
		return add_tree(w, fd, path, flags(w), e);
	if (errno != ENOTDIR && errno != ENOENT)
		return refuse(path, e);
	if (slash)
		*slash = 0;
	fd = open_beneath(
		w->project, slash ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return refuse(path, e);
	if (add_directory(w, fd, slash ? dir : "", flags(w), name, e) < 0) {
		close(fd);
		return -1;
	}
	close(fd);
	return 0;
}

/* A new directory may have had entries before it was watched. */
static int add_new(struct watch *w, const char *path, const bool *above, struct err *e)
{
	bool *own = flags(w);
	int fd;

	ignore_match(&w->ignore, path, above, own);
	fd = open_beneath(
		w->project, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		free(own);
		return 0;
	}
	return add_tree(w, fd, path, own, e);
}

static int look_at(struct watch *w, const struct inotify_event *v, struct strv *changed,
	struct err *e)
{
	struct watched *x = find(w, v->wd);
	AUTO_FREE char *path = NULL;
	AUTO_FREE bool *own = flags(w);

	if (v->mask & IN_Q_OVERFLOW) {
		strv_add(changed, ".");
		return watch_add(w, "", e);
	}
	if (!x || !v->len)
		return 0;
	if (x->only && strcmp(x->only, v->name) != 0)
		return 0;
	path = join(x->path, v->name);
	if (ignore_match(&w->ignore, path, x->ignored, own) && !x->only)
		return 0;
	if (changed->n < CHANGED_MAX && !strv_has(changed, path))
		strv_add(changed, path);
	if (v->mask & IN_ISDIR && v->mask & (IN_CREATE | IN_MOVED_TO) && !x->only)
		return add_new(w, path, x->ignored, e);
	return 0;
}

int watch_look(struct watch *w, struct strv *changed, struct err *e)
{
	char events[16384] __attribute__((aligned(__alignof__(struct inotify_event))));
	ssize_t n;

	while ((n = read(w->fd, events, sizeof events)) > 0)
		for (const char *p = events; p < events + n;) {
			const struct inotify_event *v = (const void *)p;

			if (look_at(w, v, changed, e) < 0)
				return -1;
			p += sizeof *v + v->len;
		}
	return 0;
}
