/* SPDX-License-Identifier: MIT */
#include "launch/image/built.h"

#include <dirent.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/path.h"
#include "launch/image/building.h"

enum { RECORD_MAX = 1 << 20 };

static DIR *records(char **dir)
{
	*dir = xdg_path("CACHE", RECORDS);
	return opendir(*dir);
}

size_t built_images(char **dir, struct kvs *out)
{
	DIR *d = records(dir);
	struct dirent *entry;
	size_t n = 0;

	while (d && (entry = readdir(d))) {
		AUTO_FREE char *path = path_join(*dir, entry->d_name);
		AUTO_BUF struct buf text = {0};
		AUTO_JSON cJSON *o = NULL;
		const char *id, *tag;

		if (*entry->d_name == '.')
			continue;
		n++;
		if (file_read(path, RECORD_MAX, &text, NULL) < 0)
			continue;
		o = json_parse(buf_str(&text), text.n, NULL);
		id = json_str(o, "id");
		tag = json_str(o, "tag");
		if (id)
			kvs_set(out, tag ? tag : id, id);
	}
	if (d)
		closedir(d);
	return n;
}

void built_forget(void)
{
	AUTO_FREE char *dir = NULL;
	DIR *d = records(&dir);
	struct dirent *entry;

	while (d && (entry = readdir(d)))
		if (*entry->d_name != '.')
			unlinkat(dirfd(d), entry->d_name, 0);
	if (d)
		closedir(d);
}
