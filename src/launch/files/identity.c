/* SPDX-License-Identifier: MIT */
#include "launch/files/identity.h"

#include <string.h>

#include "base/mem.h"
#include "host/passwd.h"

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

int identity_files(struct image_look *k, struct resolved *s, struct err *e)
{
	AUTO_FREE char *passwd = NULL, *group = NULL, *shell = NULL;
	AUTO_FREE char *new_passwd = NULL, *new_group = NULL;

	if (!s->identity.wanted)
		return 0;
	if (image_look_text(k, "/etc/passwd", "passwd", &passwd, e) < 0 ||
		image_look_text(k, "/etc/group", "group", &group, e) < 0)
		return -1;
	shell = root_shell(passwd);
	new_passwd = passwd_merge(passwd, &s->identity, shell);
	new_group = group_merge(group, &s->identity);
	resolved_add_file(s, "/etc/passwd", new_passwd, strlen(new_passwd), 0644, 0, 0);
	resolved_add_file(s, "/etc/group", new_group, strlen(new_group), 0644, 0, 0);
	return 0;
}
