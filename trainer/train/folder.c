/* SPDX-License-Identifier: MIT */
#include "train/folder.h"
#include "base/mem.h"
#include "net/safetensors.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const names[] = {FOLDER_TRAIN, FOLDER_MODEL, FOLDER_LINES};

enum { NAMES = 3, CHECKPOINTS = 2 };

static bool is_there(const char *dir, const char *name)
{
	AUTO_FREE char *path = mem_printf("%s/%s", dir, name);
	struct stat st;

	return stat(path, &st) == 0 && st.st_size > 0;
}

int folder_check(const struct options *o, struct err *e)
{
	if (o->old != OLD_REFUSE)
		return 0;
	for (int i = 0; i < NAMES; i++)
		if (is_there(o->log_dir, names[i]))
			return err_set(e,
				"%s holds a run already (%s): go on with it by --resume, "
				"start anew by --overwrite, or name another --log_dir",
				o->log_dir, names[i]);
	return 0;
}

int folder_open(const struct options *o, struct err *e)
{
	for (int i = 0; i < CHECKPOINTS; i++) {
		AUTO_FREE char *path = mem_printf("%s/%s", o->log_dir, names[i]);

		if (st_writable(path, e) < 0)
			return err_wrap(e, "--log_dir");
	}
	return 0;
}

/* events.out.tfevents.TIME.cnntrain.PID; other programs' have other words there. */
static bool is_events(const char *name)
{
	return !strncmp(name, "events.out.tfevents.", 20) && strstr(name, ".cnntrain.");
}

static int remove_one(const char *dir, const char *name, struct err *e)
{
	AUTO_FREE char *path = mem_printf("%s/%s", dir, name);

	if (unlink(path) < 0 && errno != ENOENT)
		return err_set(e, "--overwrite: %s: %s", path, strerror(errno));
	return 0;
}

int folder_clear(const struct options *o, struct err *e)
{
	struct dirent *entry;
	int result = 0;
	DIR *dir;

	if (o->old != OLD_OVERWRITE)
		return 0;
	for (int i = 0; i < NAMES; i++)
		if (remove_one(o->log_dir, names[i], e) < 0)
			return -1;
	dir = opendir(o->log_dir);
	if (!dir)
		return err_set(e, "--overwrite: %s: %s", o->log_dir, strerror(errno));
	while (result == 0 && (entry = readdir(dir)))
		if (is_events(entry->d_name))
			result = remove_one(o->log_dir, entry->d_name, e);
	closedir(dir);
	return result;
}
