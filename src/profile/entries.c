/* SPDX-License-Identifier: MIT */
/* Every profile that a name could mean, for `list` and for the error that names them. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/printable.h"
#include "profile/find.h"
#include "profile/scripts.h"

/* Of more than anybody has, some are left out: looking through them takes time. */
enum { ENTRIES_MAX = 4096, FILES_MAX = 65536 };

struct entries {
	struct profile_entry *v;
	size_t n;
	struct strv dirs; /* those that were looked through */
};

static void add(struct entries *l, const char *name, const char *path, const char *origin)
{
	l->v = xrealloc(l->v, (l->n + 1) * sizeof *l->v);
	l->v[l->n++] = (struct profile_entry){xstrdup(name), xstrdup(path), origin};
}

static int by_name(const void *a, const void *b)
{
	const struct profile_entry *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static bool is_profile(const char *file)
{
	size_t n = strlen(file);

	return text_is_word(file) && n > 4 && !strcmp(file + n - 4, ".lua");
}

static void add_dir(struct entries *l, const char *dir, const char *origin)
{
	DIR *d = strv_has(&l->dirs, dir) ? NULL : opendir(dir);
	const size_t from = l->n;
	struct dirent *file;

	strv_add(&l->dirs, dir);
	for (int i = 0; d && i < FILES_MAX && l->n < ENTRIES_MAX && (file = readdir(d));
		i++) {
		AUTO_FREE char *path = path_join(dir, file->d_name);
		AUTO_FREE char *name = xstrdup(file->d_name);

		if (!is_profile(name))
			continue;
		name[strlen(name) - 4] = 0;
		add(l, name, path, origin);
	}
	if (d)
		closedir(d);
	if (l->n > from)
		qsort(l->v + from, l->n - from, sizeof *l->v, by_name);
}

static void add_installed(struct entries *l)
{
	AUTO_FREE char *dir = NULL;

	if (script_dir()) {
		dir = path_join(script_dir(), "profiles");
		add_dir(l, dir, "installed");
		return;
	}
	for (const struct script *s = scripts; s->name; s++) {
		AUTO_FREE char *path = path_join(INSTALLED, s->name);
		AUTO_FREE char *name = NULL;

		if (strncmp(s->name, "profiles/", 9) != 0)
			continue;
		name = xstrndup(s->name + 9, strlen(s->name) - 9 - 4);
		add(l, name, path, "installed");
	}
}

bool profile_exists(const char *path)
{
	const size_t n = strlen(INSTALLED);

	return !access(path, F_OK) ||
	       (!script_dir() && !strncmp(path, INSTALLED, n) && path[n] == '/' &&
		       script_exists(path + n + 1));
}

size_t profile_entries(struct profile_entry **out)
{
	AUTO_FREE char *project = project_find(NULL);
	struct entries l = {0};
	struct place *v;
	size_t n = places_list(project, &v);

	for (size_t i = 0; i < n; i++) {
		AUTO_FREE char *own = path_join(v[i].dir, "cnnrun.lua");
		AUTO_FREE char *below = path_join(v[i].dir, "profiles");
		bool in_project = !strcmp(v[i].origin, "project");

		if (in_project && !access(own, R_OK) && !strv_has(&l.dirs, v[i].dir))
			add(&l, "cnnrun.lua", own, v[i].origin);
		add_dir(&l, below, v[i].origin);
		if (!in_project)
			add_dir(&l, v[i].dir, v[i].origin);
	}
	places_free(v, n);
	add_installed(&l);
	strv_free(&l.dirs);
	*out = l.v;
	return l.n;
}

void profile_entries_free(struct profile_entry *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(v[i].name);
		free(v[i].path);
	}
	free(v);
}
