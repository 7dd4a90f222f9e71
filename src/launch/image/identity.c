/* SPDX-License-Identifier: MIT */
#include "launch/image/identity.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/container.h"
#include "host/passwd.h"
#include "launch/image/image_notes.h"

enum { MAX_FILE = 4 << 20 };

/* *text = NULL when the image has no such file. */
static int image_file(struct engine *g, const struct resolved *s, const char *id,
	const char *name, char **text, struct err *e)
{
	AUTO_FREE char *path = xasprintf("/etc/%s", name);
	AUTO_BUF struct buf data = {0};
	bool found = false;

	if (image_notes_read(s, name, &data)) {
		*text = data.n ? buf_take(&data) : NULL;
		return 0;
	}
	if (container_get_file(g, id, path, MAX_FILE, &data, &found, e) < 0)
		return err_wrap(e, "%s of the image", path);
	image_notes_write(s, name, &data);
	*text = found && data.n ? buf_take(&data) : NULL;
	return 0;
}

/* Our shell is root's in the image: it is there and fits the image. */
static char *root_shell(const char *passwd)
{
	const char *line = passwd, *colon = NULL;
	size_t n;

	if (!line || strncmp(line, "root:", 5) != 0)
		return xstrdup("/bin/sh");
	n = strcspn(line, "\n");
	for (const char *p = line; p < line + n; p++)
		if (*p == ':')
			colon = p;
	if (!colon || colon[1] != '/')
		return xstrdup("/bin/sh");
	return xstrndup(colon + 1, (size_t)(line + n - colon - 1));
}

int identity_files(struct engine *g, struct resolved *s, const char *id, struct err *e)
{
	AUTO_FREE char *passwd = NULL, *group = NULL, *shell = NULL;
	AUTO_FREE char *new_passwd = NULL, *new_group = NULL;

	if (!s->identity.wanted)
		return 0;
	if (image_file(g, s, id, "passwd", &passwd, e) < 0 ||
		image_file(g, s, id, "group", &group, e) < 0)
		return -1;
	shell = root_shell(passwd);
	new_passwd = passwd_merge(passwd, &s->identity, shell);
	new_group = group_merge(group, &s->identity);
	resolved_add_file(s, "/etc/passwd", new_passwd, strlen(new_passwd), 0644, 0, 0);
	resolved_add_file(s, "/etc/group", new_group, strlen(new_group), 0644, 0, 0);
	return 0;
}
