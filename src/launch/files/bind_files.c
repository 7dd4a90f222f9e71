/* SPDX-License-Identifier: MIT */
#include "launch/files/bind_files.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"

/* Owned by the container's user where we may give it away; else readable to all, behind
 * the directory that only we can enter. */
static int write_file(const char *path, const struct resolved_file *f, struct err *e)
{
	if (file_write(path, f->data, f->n, f->mode, e) < 0)
		return -1;
	if (chmod(path, f->mode) < 0) /* whatever the umask */
		return err_errno(e, "%s", path);
	if (f->uid == getuid() || (f->mode & 0044))
		return 0;
	if (chown(path, f->uid, f->gid) < 0 && chmod(path, 0444) < 0)
		return err_errno(e, "%s", path);
	return 0;
}

int bind_file(struct resolved *s, struct resolved_file *f, const char *dir, struct err *e)
{
	AUTO_FREE char *path = xasprintf("%s/%td", dir, f - s->files);
	struct resolved_mount *m;

	if (mkdir(dir, 0700) < 0 && errno != EEXIST)
		return err_errno(e, "%s", dir);
	f->bound = true;
	if (f->data) {
		if (write_file(path, f, e) < 0)
			return -1;
		resolved_add_mount(s, MOUNT_BIND, path, f->path)->readonly = true;
		return 0;
	}
	m = resolved_add_mount(s, MOUNT_TMPFS, NULL, f->path);
	m->mode = (int)f->mode;
	m->uid = f->uid;
	m->gid = f->gid;
	return 0;
}
