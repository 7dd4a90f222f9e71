/* SPDX-License-Identifier: MIT */
#include "build/opened.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/beneath.h"
#include "base/mem.h"
#include "base/path.h"

struct place opened_place(const struct build_input *i)
{
	return (struct place){i->fd, i->path, i->outside, i->by_link};
}

/* It leads out of the directory it was looked for in: by a link to another place of the
 * project, or outside. What is neither file nor directory is not even opened. */
static int open_away(const struct place *project, const struct place *from,
	const char *name, int flags, struct build_input *out)
{
	AUTO_FD int held = openat(from->fd, name, INPUT_FIND);
	const char *rest;

	if (held < 0 || !(out->path = path_of(held)) || fstat(held, &out->st) < 0)
		return -1;
	rest = path_below(out->path, project->path);
	if (rest) {
		out->outside = out->by_link = false;
		return open_beneath(project->fd, rest, flags);
	}
	out->by_link |= !from->outside && *name != '/';
	out->outside = true;
	if (!S_ISREG(out->st.st_mode) && !S_ISDIR(out->st.st_mode)) {
		errno = EINVAL;
		return -1;
	}
	return open_held(held, flags);
}

int open_input(const struct place *project, const struct place *from, const char *name,
	int flags, struct build_input *out)
{
	out->outside = from->outside;
	out->by_link = from->by_link;
	out->fd = open_beneath(from->fd, name, flags);
	if (out->fd < 0 && errno == EXDEV)
		out->fd = open_away(project, from, name, flags, out);
	if (out->fd < 0)
		return -1;
	free(out->path);
	out->path = path_of(out->fd);
	return out->path ? fstat(out->fd, &out->st) : -1;
}

/* As the profile wrote it: relative to the project, or not. */
int open_named_input(
	const struct place *project, const char *name, int flags, struct build_input *out)
{
	const char *rest = path_below(name, project->path);

	return open_input(project, project, rest ? rest : name, flags, out);
}

int open_ignore(const struct place *project, const struct place *from, const char *name,
	struct build_input *f, struct buf *text, struct err *e)
{
	int rc = open_input(project, from, name, FILE_READ, f);

	/* the name of the longest Dockerfile has no room for more */
	if (rc < 0 && (errno == ENOENT || errno == ENAMETOOLONG))
		return 0;
	if (rc < 0)
		return err_errno(
			e, "cannot read what to ignore: %s/%s", from->path, name);
	if (file_read_fd(f->fd, f->path, INPUT_TEXT_MAX, text, &f->st, e) < 0)
		return err_wrap(e, "cannot read what to ignore");
	return 0;
}

void close_input(struct build_input *i)
{
	if (i->fd >= 0)
		close(i->fd);
	free(i->path);
}
