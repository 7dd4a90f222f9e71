/* SPDX-License-Identifier: MIT */
#include "launch/gate/place.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"

enum { TABLE_MAX = 16 << 20 };

int place_table(struct buf *out, struct err *e)
{
	return file_read("/proc/self/mountinfo", TABLE_MAX, out, e);
}

void place_path(struct buf *out, const char *path)
{
	for (; *path; path++)
		if (strchr(" \t\n\\", *path))
			buf_addf(out, "\\%03o", (unsigned)*path);
		else
			buf_addc(out, *path);
}

/* Of the mount that fd lies on; -1 = not told. */
static int mount_id(int fd)
{
	AUTO_FREE char *path = xasprintf("/proc/self/fdinfo/%d", fd);
	AUTO_BUF struct buf text = {0};
	const char *at;

	if (file_read(path, 4096, &text, NULL) < 0)
		return -1;
	at = strstr(buf_str(&text), "mnt_id:\t");
	return at ? atoi(at + 8) : -1;
}

/* The line of a mount: 36 35 98:0 /root /mount/point … */
static const char *line_of(const struct buf *table, int id)
{
	const char *line = buf_str(table);

	while (*line) {
		if (atoi(line) == id)
			return line;
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	return NULL;
}

/* The caller frees. */
static char *word(const char **at)
{
	size_t n = strcspn(*at, " \n");
	char *w = xstrndup(*at, n);

	*at += n + ((*at)[n] == ' ');
	return w;
}

int place_of(const struct buf *table, int fd, const char *path, struct buf *out)
{
	int id = mount_id(fd);
	const char *at = id < 0 ? NULL : line_of(table, id), *below;
	AUTO_FREE char *device = NULL, *root = NULL, *point = NULL;
	AUTO_BUF struct buf escaped = {0};

	if (!at)
		return -1;
	for (int skip = 2; skip; skip--) {
		at += strcspn(at, " \n");
		at += *at == ' ';
	}
	device = word(&at);
	root = word(&at);
	point = word(&at);
	place_path(&escaped, path);
	if (!path_within(buf_str(&escaped), point))
		return -1;
	below = buf_str(&escaped) + (strcmp(point, "/") ? strlen(point) : 0);
	if (!strcmp(below, "/"))
		below = "";
	buf_addf(out, "%s %s%s", device, *below && !strcmp(root, "/") ? "" : root, below);
	return 0;
}
