/* SPDX-License-Identifier: MIT */
#include "launch/resolve/sources.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"

enum { STEP = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };

/* resolve found no symlink on this way: one that is there by now is followed by nobody.
 */
static int make(const char *source, struct err *e)
{
	AUTO_FREE char *path = xstrdup(source);
	char *save = NULL;
	int fd = open("/", STEP);

	for (char *part = strtok_r(path, "/", &save); part && fd >= 0;
		part = strtok_r(NULL, "/", &save)) {
		int dir = fd;

		fd = mkdirat(dir, part, 0755) < 0 && errno != EEXIST
			     ? -1
			     : openat(dir, part, STEP);
		if (fd < 0)
			err_errno(e, "mount %s: make %s", source, part);
		close(dir);
	}
	return fd;
}

/* Without it the directory works as well. */
static void ignore(int dir)
{
	AUTO_FD int fd = openat(dir, ".gitignore",
		O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);

	if (fd >= 0 && write(fd, "*\n", 2) != 2)
		unlinkat(dir, ".gitignore", 0);
}

int sources_make(struct resolved *s, struct err *e)
{
	for (size_t i = 0; i < s->n_mounts; i++) {
		struct resolved_mount *m = &s->mounts[i];

		int *fd = m->carried ? &m->carried_fd : &m->fd;

		if (!m->create || *fd >= 0)
			continue;
		*fd = make(m->carried ? m->carried : m->source, e);
		if (*fd < 0)
			return -1;
		if (m->ignored)
			ignore(*fd);
	}
	return 0;
}

int sources_check(const struct resolved *s, struct err *e)
{
	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct resolved_mount *m = &s->mounts[i];
		AUTO_FREE char *real = m->fd < 0 ? NULL : path_of(m->fd);

		if (m->fd < 0) /* the launch's own, and sockets of the session */
			continue;
		if (!real)
			return err_set(
				e, ESTALE, "mount %s: it is gone by now", m->source);
		if (strcmp(real, m->source) != 0)
			return err_set(e, ESTALE, "mount %s: it is at %s by now",
				m->source, real);
	}
	return 0;
}
