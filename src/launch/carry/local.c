/* SPDX-License-Identifier: MIT */
#include "launch/carry/local.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/beneath.h"
#include "base/mem.h"
#include "base/path.h"

enum { IGNORE_MAX = 1 << 20 };

static int read_ignore(struct carry_local *l, struct err *e)
{
	AUTO_FD int fd = open_beneath(l->root.fd, CARRY_IGNORE, FILE_READ);
	AUTO_BUF struct buf text = {0};
	struct stat st;

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return err_errno(e, "%s/" CARRY_IGNORE, l->root.path);
	if (file_read_fd(fd, CARRY_IGNORE, IGNORE_MAX, &text, &st, e) < 0)
		return -1;
	return ignore_parse(&l->ignore, buf_str(&text), text.n, CARRY_IGNORE, e);
}

int carry_local_open(struct carry_local *l, int dir, const char *path, struct err *e)
{
	*l = (struct carry_local){.root = {.fd = dir}};
	l->root.path = xstrdup(path);
	if (read_ignore(l, e) < 0)
		return -1;
	for (size_t i = 0; i < COUNT_OF(l->matched); i++)
		l->matched[i] = xcalloc(l->ignore.n + 1, sizeof *l->matched[i]);
	return carry_local_rewind(l, e);
}

int carry_local_rewind(struct carry_local *l, struct err *e)
{
	walk_free(l->walk);
	l->walk = NULL;
	return walk_open(&l->root, &l->ignore, false, &l->walk, e);
}

void carry_local_close(struct carry_local *l)
{
	walk_free(l->walk);
	ignore_free(&l->ignore);
	for (size_t i = 0; i < COUNT_OF(l->matched); i++)
		free(l->matched[i]);
	free(l->root.path);
	*l = (struct carry_local){0};
}

static bool is_carried(const struct walk_entry *w)
{
	return (S_ISREG(w->st.st_mode) || S_ISDIR(w->st.st_mode) ||
		       S_ISLNK(w->st.st_mode)) &&
	       strncmp(w->name, CARRY_TEMP, strlen(CARRY_TEMP)) != 0;
}

int carry_local_next(void *local, struct carry_entry *out, struct err *e)
{
	struct carry_local *l = local;
	int got;

	while ((got = walk_next(l->walk, &l->entry, e)) > 0) {
		const struct stat *st = &l->entry.st;

		if (!is_carried(&l->entry))
			continue;
		if (strlen(l->entry.path) > CARRY_PATH_MAX)
			return err_set(e, ENAMETOOLONG,
				"%s/%s: the path is too long to be carried; name it in "
				"%s/" CARRY_IGNORE,
				l->root.path, l->entry.path, l->root.path);
		*out = (struct carry_entry){.path = l->entry.path,
			.mode = st->st_mode,
			.size = S_ISDIR(st->st_mode) ? 0 : st->st_size,
			.mtime = carry_mtime(st)};
		return 1;
	}
	return got < 0 ? err_hint(e, "name it in %s/" CARRY_IGNORE " to leave it out",
				 l->root.path)
		       : 0;
}

bool carry_ignored(const struct carry_local *l, const char *path)
{
	AUTO_FREE char *part = xstrdup(path);
	bool ignored = false;
	int turn = 0;

	if (!l->ignore.n)
		return false;
	for (char *slash = part; slash; turn = !turn) {
		bool top = slash == part;

		slash = strchr(top ? part : slash + 1, '/');
		if (slash)
			*slash = 0;
		ignored = ignore_match(&l->ignore, part, top ? NULL : l->matched[!turn],
			l->matched[turn]);
		if (slash)
			*slash = '/';
	}
	return ignored;
}
