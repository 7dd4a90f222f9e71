/* SPDX-License-Identifier: MIT */
#include "launch/files/identity.h"

#include <string.h>

#include "base/mem.h"
#include "host/passwd.h"
#include "launch/points/way.h"

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

int identity_text(struct image_look *k, const struct resolved *s, const char *path,
	char **text, bool *covered, struct err *e)
{
	AUTO_WAY struct way w = {0};

	if (way_find(k, s, path, WAY_FOLLOW, NULL, &w, e) < 0)
		return -1;
	if (w.link && w.in)
		return way_refuse(k, &w, e);
	*covered = w.in;
	return *covered ? 0 : image_look_text(k, w.real, strrchr(path, '/') + 1, text, e);
}

int identity_files(struct image_look *k, struct resolved *s, struct err *e)
{
	AUTO_FREE char *passwd = NULL, *group = NULL, *shell = NULL;
	AUTO_FREE char *new_passwd = NULL, *new_group = NULL;
	bool no_passwd = false, no_group = false;

	if (!s->identity.wanted)
		return 0;
	if (identity_text(k, s, "/etc/passwd", &passwd, &no_passwd, e) < 0 ||
		identity_text(k, s, "/etc/group", &group, &no_group, e) < 0)
		return -1;
	shell = root_shell(passwd);
	new_passwd = passwd_merge(passwd, &s->identity, shell);
	new_group = group_merge(group, &s->identity);
	if (!no_passwd)
		resolved_add_file(
			s, "/etc/passwd", new_passwd, strlen(new_passwd), 0644, 0, 0);
	if (!no_group)
		resolved_add_file(
			s, "/etc/group", new_group, strlen(new_group), 0644, 0, 0);
	return 0;
}
