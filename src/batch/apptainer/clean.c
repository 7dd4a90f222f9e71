/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/places.h"
#include "base/tree.h"
#include "batch/apptainer/apptainer.h"

static char *find(const char *name)
{
	AUTO_FREE char *top = NULL;

	return place_find(PLACE_TMP, &top) ? path_join(top, name) : NULL;
}

bool apptainer_used(void)
{
	AUTO_FREE char *dir = find(APPTAINER_RUNS);

	return dir && access(dir, F_OK) == 0;
}

/* Who uses it has it locked. */
static int take(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static void clean_run(const char *path, const struct apptainer_cleaning *c)
{
	AUTO_FD int fd = take(path, O_RDONLY | O_DIRECTORY);
	struct err why = {0};

	if (fd >= 0)
		c->told(c->ctx, path, c->dry ? 0 : tree_remove(path, &why), &why);
}

static void clean_image(const char *lock, const struct apptainer_cleaning *c)
{
	AUTO_FREE char *dir = xstrndup(lock, strlen(lock) - strlen(".lock")),
		       *part = xasprintf("%s.part", dir), *tmp = xasprintf("%s.tmp", dir);
	AUTO_FD int fd = take(lock, O_RDWR);
	struct err why = {0};
	int rc = 0;

	if (fd < 0)
		return;
	if (!c->dry && (tree_remove(part, &why) < 0 || tree_remove(tmp, &why) < 0 ||
			       tree_remove(dir, &why) < 0 || unlink(lock) < 0))
		rc = -1;
	c->told(c->ctx, dir, rc, &why);
}

static void each(const char *name, const char *pattern,
	void (*visit)(const char *path, const struct apptainer_cleaning *c),
	const struct apptainer_cleaning *c)
{
	AUTO_FREE char *top = find(name);
	DIR *d = top ? opendir(top) : NULL;
	const struct dirent *one;

	while (d && (one = readdir(d))) {
		AUTO_FREE char *path = path_join(top, one->d_name);

		if (one->d_name[0] != '.' && !fnmatch(pattern, one->d_name, 0))
			visit(path, c);
	}
	if (d)
		closedir(d);
}

void apptainer_clean(bool images, const struct apptainer_cleaning *c)
{
	each(APPTAINER_RUNS, "*", clean_run, c);
	if (images)
		each(APPTAINER_IMAGES, "*.lock", clean_image, c);
}
