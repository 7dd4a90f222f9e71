/* SPDX-License-Identifier: MIT */
#include "base/places.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"

/* su leaves the one of another user behind, where root may write as well. */
static const char *runtime_base(void)
{
	const char *base = getenv("XDG_RUNTIME_DIR");
	struct stat st;

	return base && *base == '/' && stat(base, &st) == 0 && st.st_uid == getuid() &&
			       !access(base, W_OK)
		       ? base
		       : NULL;
}

bool place_is_for_records(enum place p)
{
	return (p == PLACE_RUNTIME) == (runtime_base() != NULL);
}

static char *place_path(enum place p)
{
	const char *base = runtime_base();

	if (p == PLACE_RUNTIME)
		return base ? path_join(base, "cnnrun") : NULL;
	return p == PLACE_TMP ? xasprintf("/tmp/cnnrun-%u", (unsigned)getuid())
			      : xdg_path("STATE", "run");
}

static int check(const char *dir, struct err *e)
{
	struct stat st;

	if (lstat(dir, &st) < 0)
		return err_errno(e, "%s", dir);
	if (!S_ISDIR(st.st_mode) || st.st_uid != getuid() || (st.st_mode & 077))
		return err_set(e, EPERM,
			"%s is not a private directory of this user; remove it, or set "
			"XDG_RUNTIME_DIR to one that is",
			dir);
	return 0;
}

int place_make(enum place p, char **dir, struct err *e)
{
	AUTO_FREE char *path = place_path(p), *above = NULL;

	if (p == PLACE_STATE) {
		above = path_join(path, "..");
		if (dir_make(above, 0700, e) < 0)
			return -1;
	}
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return err_errno(e, "%s", path);
	if (check(path, e) < 0)
		return -1;
	*dir = path;
	path = NULL;
	return 0;
}

bool place_find(enum place p, char **dir)
{
	char *path = place_path(p);

	if (!path || check(path, NULL) < 0) {
		free(path);
		return false;
	}
	*dir = path;
	return true;
}
