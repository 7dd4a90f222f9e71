/* SPDX-License-Identifier: MIT */
#include "launch/resolve/sources.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"

static int look(const struct resolved_mount *m, struct stat *st, struct err *e)
{
	AUTO_FD int fd = open(m->source, O_PATH | O_CLOEXEC);
	AUTO_FREE char *real = fd < 0 ? NULL : path_of(fd);

	if (!real || fstat(fd, st) < 0)
		return err_errno(e, "mount %s", m->source);
	if (strcmp(real, m->source) != 0)
		return err_set(
			e, ESTALE, "mount %s: it leads to %s by now", m->source, real);
	return 0;
}

int sources_make(struct resolved *s, struct err *e)
{
	for (size_t i = 0; i < s->n_mounts; i++) {
		struct resolved_mount *m = &s->mounts[i];
		struct stat st;

		if (!m->create)
			continue;
		if (dir_make(m->source, 0755, e) < 0)
			return err_wrap(e, "mount");
		if (look(m, &st, e) < 0)
			return -1;
		m->dev = st.st_dev;
		m->ino = st.st_ino;
	}
	return 0;
}

int sources_check(const struct resolved *s, struct err *e)
{
	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct resolved_mount *m = &s->mounts[i];
		struct stat st;

		if (!m->ino) /* the launch's own files, and sockets of the session */
			continue;
		if (look(m, &st, e) < 0)
			return -1;
		if (st.st_dev != m->dev || st.st_ino != m->ino)
			return err_set(e, ESTALE,
				"mount %s: something else is there by now; try again",
				m->source);
	}
	return 0;
}
