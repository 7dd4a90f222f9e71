/* SPDX-License-Identifier: MIT */
#include "profile/scripts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "profile/find.h"

const char *script_dir(void)
{
	const char *dir = getenv("CNNRUN_SCRIPTS");

	return dir && *dir ? dir : NULL;
}

static const struct script *embedded(const char *name)
{
	for (const struct script *s = scripts; s->name; s++)
		if (!strcmp(s->name, name))
			return s;
	return NULL;
}

/* Names come from profiles as well: no way out of the directory. */
static bool is_inside(const char *name)
{
	return *name != '/' && !strstr(name, "..");
}

bool script_exists(const char *name)
{
	AUTO_FREE char *path = NULL;

	if (!is_inside(name))
		return false;
	if (!script_dir())
		return embedded(name) != NULL;
	path = path_join(script_dir(), name);
	return !access(path, R_OK);
}

int script_read(const char *name, struct buf *out, struct err *e)
{
	AUTO_FREE char *path = NULL;
	const struct script *s;

	if (!is_inside(name))
		return err_set(e, EINVAL, "%s: not the name of a script", name);
	if (script_dir()) {
		path = path_join(script_dir(), name);
		return file_read(path, SOURCE_MAX, out, e);
	}
	s = embedded(name);
	if (!s)
		return err_set(e, ENOENT, "%s: cnnrun has no such script", name);
	buf_add(out, s->text, s->n);
	return 0;
}
