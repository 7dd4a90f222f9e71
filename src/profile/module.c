/* SPDX-License-Identifier: MIT */
/* The text of modules and of files of the project. The child asks by name; what a name
 * may reach is decided here. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/beneath.h"
#include "base/mem.h"
#include "base/path.h"
#include "profile/find.h"
#include "profile/host.h"
#include "profile/ownership.h"

static int open_file(const struct profile *p, const char *path, struct err *why)
{
	const char *top = p->src->project;
	AUTO_FD int dir = open(top, O_PATH | O_DIRECTORY | O_CLOEXEC);
	AUTO_FD int held = dir < 0 ? -1 : open_inside(dir, top, path, O_PATH | O_CLOEXEC);
	int fd = held < 0 ? -1 : open_regular(held);

	if (fd >= 0)
		return fd;
	if (errno == EXDEV)
		return err_set(why, EACCES, "%.200s: outside the project %s", path, top);
	if (errno == EINVAL)
		return err_set(why, EINVAL, "%.200s: not a file", path);
	return err_errno(why, "%.200s", path);
}

int project_read(struct profile *p, const char *path, struct buf *out, char **real,
	struct stat *st, struct err *why)
{
	AUTO_FREE char *folded = path_join(p->src->project, path), *there = NULL;
	AUTO_FD int fd = open_file(p, folded, why);

	if (fd < 0)
		return -1;
	there = path_of(fd);
	if (!there)
		return err_errno(why, "%.200s", path);
	if (file_read_fd(fd, path, SOURCE_MAX, out, st, why) < 0)
		return -1;
	p->phase.read += out->n;
	if (p->phase.read > PHASE_MAX)
		return err_set(why, EFBIG, "more than %zu MiB of files were read",
			PHASE_MAX >> 20);
	*real = there;
	there = NULL;
	return 0;
}

static bool is_module_name(const char *name)
{
	if (!*name || *name == '.' || strlen(name) > 100 || strstr(name, ".."))
		return false;
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && !strchr("_-.", *name))
			return false;
	return name[-1] != '.';
}

/* "a.b" → "a/b.lua" */
static char *module_path(const char *name)
{
	char *path = xasprintf("%s.lua", name);

	for (size_t i = 0; name[i]; i++)
		if (path[i] == '.')
			path[i] = '/';
	return path;
}

static void put(cJSON **reply, const char *text, const char *shown)
{
	*reply = cJSON_CreateObject();
	cJSON_AddStringToObject(*reply, "text", text);
	cJSON_AddStringToObject(*reply, "shown", shown);
}

static int installed(const char *path, cJSON **reply, struct err *why)
{
	AUTO_BUF struct buf text = {0};

	if (script_read(path, &text, why) < 0)
		return -1;
	put(reply, buf_str(&text), path);
	return 0;
}

static int other_profile(struct profile *p, const char *path, const char *from,
	cJSON **reply, struct err *why)
{
	AUTO_SOURCE struct profile_source s = {0};

	if (profile_search(path, from, &s, why) < 0)
		return -1;
	/* its text is the profile's to read, as that of any module */
	if (s.by_link)
		return err_set(
			why, EACCES, "%s: outside the project %s", s.shown, s.project);
	if (!s.trusted && !p->sealed)
		return err_set(why, EPERM, "this kernel cannot confine %s", s.shown);
	source_note_all(p->src, &s);
	put(reply, buf_str(&s.text), s.shown);
	return 0;
}

/* Beside the profile first, then from the project's root. */
static int project_module(
	struct profile *p, const char *path, cJSON **reply, struct err *why)
{
	AUTO_BUF struct buf text = {0};
	AUTO_FREE char *dir = xstrdup(p->src->path), *beside = NULL, *real = NULL;
	AUTO_FREE char *shown = NULL;
	char *slash = strrchr(dir, '/');
	struct stat st;

	if (!p->sealed)
		return err_set(why, EPERM, "this kernel cannot confine %s", path);
	if (slash)
		slash[slash == dir] = 0;
	beside = path_join(dir, path);
	if (p->src->installed || access(beside, F_OK) < 0)
		str_set(&beside, path);
	if (project_read(p, beside, &text, &real, &st, why) < 0) {
		if (why->code == ENOENT)
			err_set(why, ENOENT,
				"no %s beside the profile or in %s; only Lua files of "
				"the project can be required",
				path, p->src->project);
		return -1;
	}
	source_note(p->src, real, &st, &text);
	shown = path_shown(real);
	put(reply, buf_str(&text), shown);
	return 0;
}

int module_read(struct profile *p, const char *name, const char *from, cJSON **reply,
	struct err *why)
{
	AUTO_FREE char *path = NULL;

	if (!is_module_name(name))
		return err_set(why, EINVAL, "not the name of a module");
	if (!strcmp(name, "cnnrun"))
		return installed("cnnrun/init.lua", reply, why);
	path = module_path(name);
	if (!strncmp(name, "cnnrun.", 7))
		return installed(path, reply, why);
	if (!strncmp(name, "profiles.", 9))
		return other_profile(p, path, from, reply, why);
	return project_module(p, path, reply, why);
}
