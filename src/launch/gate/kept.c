/* SPDX-License-Identifier: MIT */
#include "launch/gate/kept.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"

char *gate_kept_dir(const char *id)
{
	AUTO_FREE char *name = xasprintf(GATES "/%s", id);

	return xdg_path("STATE", name);
}

void gate_remove(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *entry;

	if (!d)
		return;
	while ((entry = readdir(d))) {
		AUTO_FREE char *path = xasprintf("%s/%s", dir, entry->d_name);

		if (unlinkat(dirfd(d), entry->d_name, 0) < 0 && errno == EISDIR &&
			strcmp(entry->d_name, ".") != 0 &&
			strcmp(entry->d_name, "..") != 0)
			gate_remove(path);
	}
	closedir(d);
	rmdir(dir);
}

bool gate_is_of(const char *gate, const char *id)
{
	size_t n = strlen(id);

	return !strncmp(gate, id, n) && (!gate[n] || gate[n] == '.');
}

void gate_remove_kept(const char *id)
{
	AUTO_FREE char *top = xdg_path("STATE", GATES);
	DIR *d = opendir(top);
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		AUTO_FREE char *dir = path_join(top, entry->d_name);

		if (gate_is_of(entry->d_name, id))
			gate_remove(dir);
	}
	if (d)
		closedir(d);
}

void gate_remove_cookies(const char *id)
{
	AUTO_FREE char *top = xdg_path("STATE", GATES);
	DIR *d = opendir(top);
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		AUTO_FREE char *path =
			xasprintf("%s/" GATE_COOKIE "%s", entry->d_name, id);

		unlinkat(dirfd(d), path, 0);
	}
	if (d)
		closedir(d);
}

static bool is_of(const char *dir, const char *url)
{
	AUTO_FREE char *path = xasprintf("%s/" GATE_ENGINE, dir);
	AUTO_BUF struct buf text = {0};

	return file_read(path, 4096, &text, NULL) == 0 && !strcmp(buf_str(&text), url);
}

void gate_remove_lost(
	const char *url, bool (*is_left)(void *ctx, const char *id), void *ctx)
{
	AUTO_FREE char *top = xdg_path("STATE", GATES);
	DIR *d = opendir(top);
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		AUTO_FREE char *dir = path_join(top, entry->d_name);

		if (*entry->d_name != '.' && is_of(dir, url) &&
			!is_left(ctx, entry->d_name))
			gate_remove(dir);
	}
	if (d)
		closedir(d);
}
