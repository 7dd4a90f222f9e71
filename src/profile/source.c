/* SPDX-License-Identifier: MIT */
/* A profile's file as it is read. */
#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/beneath.h"
#include "base/mem.h"
#include "base/path.h"
#include "profile/find.h"
#include "profile/ownership.h"

void profile_source_free(struct profile_source *s)
{
	free(s->path);
	free(s->shown);
	free(s->name);
	free(s->project);
	free(s->engine);
	free(s->unsafe);
	kvs_free(&s->files);
	buf_free(&s->text);
	*s = (struct profile_source){0};
}

bool ends_in_lua(const char *name)
{
	size_t n = strlen(name);

	return n > 4 && !strcmp(name + n - 4, ".lua");
}

bool is_foreign(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && dot != name && dot[-1] != '/' &&
	       (!strcmp(dot, ".yaml") || !strcmp(dot, ".yml") || !strcmp(dot, ".json"));
}

/* .devcontainer.json is one as well, though it has no name before the dot. */
static bool is_usual(const char *base)
{
	static const char *const names[] = {"cnnrun.lua", "compose.yaml", "compose.yml",
		"docker-compose.yaml", "docker-compose.yml", "devcontainer.json",
		".devcontainer.json"};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (!strcmp(base, names[i]))
			return true;
	return false;
}

static char *directory_name(const char *path)
{
	AUTO_FREE char *copy = xstrdup(path);
	char *dir = dirname(copy), *base;
	AUTO_FREE char *above = xstrdup(dir);

	base = basename(dir);
	return xstrdup(strcmp(base, ".devcontainer") ? base : basename(dirname(above)));
}

char *source_name(const char *path)
{
	AUTO_FREE char *copy = xstrdup(path);
	char *base = basename(copy);

	if (is_usual(base))
		return directory_name(path);
	if (ends_in_lua(base) || is_foreign(base))
		*strrchr(base, '.') = 0;
	return xstrdup(base);
}

/* What a link of the project leads to is read where it says by its name that it is Lua:
 * errors quote what they are about. */
static int check_link(const struct profile_source *s, const char *path, struct err *e)
{
	if (s->by_link && ends_in_lua(path) && !ends_in_lua(s->path))
		return err_set(e, EACCES,
			"%s: a link of the project leads to %s, which is no Lua file",
			path, s->path);
	if (s->by_link && is_foreign(path))
		return err_set(e, EACCES,
			"%s: a link of the project leads to %s, outside of it; copy it",
			path, s->path);
	return 0;
}

static int place(
	const char *path, const char *project, struct profile_source *out, struct err *e)
{
	AUTO_FREE char *dir = xstrdup(path), *own = NULL;

	dirname(dir);
	own = project ? xstrdup(project) : project_of(dir, e);
	if (!own)
		return -1;
	/* real, so that what is below it is seen to be */
	out->project = realpath(own, NULL);
	if (!out->project)
		return err_errno(e, "%s", dir);
	out->unsafe = project_problem(out->project);
	out->by_link = path_within(path, own) && !path_within(out->path, out->project);
	return check_link(out, path, e);
}

int source_read(
	const char *path, const char *project, struct profile_source *out, struct err *e)
{
	AUTO_FD int held = open(path, O_PATH | O_CLOEXEC), fd = -1;
	struct stat st;

	out->path = held < 0 ? NULL : path_of(held);
	if (!out->path)
		return err_errno(e, "%s", path);
	out->shown = path_shown(path);
	out->name = source_name(path);
	if (place(path, project, out, e) < 0)
		return -1;
	fd = open_regular(held);
	if (fd < 0)
		return errno == EINVAL ? err_set(e, EINVAL, "%s: not a file", path)
				       : err_errno(e, "%s", path);
	if (file_read_fd(fd, path, SOURCE_MAX, &out->text, &st, e) < 0)
		return -1;
	source_note(out, out->path, &st, &out->text);
	return 0;
}
