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

struct entries {
	struct profile_entry *v;
	size_t n;
};

static bool known(const struct entries *l, const char *path)
{
	for (size_t i = 0; i < l->n; i++)
		if (!strcmp(l->v[i].path, path))
			return true;
	return false;
}

static void add(struct entries *l, const char *name, const char *path, const char *origin)
{
	if (known(l, path))
		return;
	l->v = xrealloc(l->v, (l->n + 1) * sizeof *l->v);
	l->v[l->n++] = (struct profile_entry){xstrdup(name), xstrdup(path), origin};
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_profile(const struct dirent *f)
{
	size_t n = strlen(f->d_name);

	return text_is_word(f->d_name) && n > 4 && !strcmp(f->d_name + n - 4, ".lua");
}

static void add_dir(struct entries *l, const char *dir, const char *origin)
{
	struct dirent **files = NULL;
	int n = scandir(dir, &files, is_profile, by_name);

	for (int i = 0; i < n; i++) {
		AUTO_FREE char *path = path_join(dir, files[i]->d_name);
		AUTO_FREE char *name = xstrdup(files[i]->d_name);

		name[strlen(name) - 4] = 0;
		add(l, name, path, origin);
		free(files[i]);
	}
	free(files);
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
		AUTO_FREE char *path = path_join(CNNRUN_PREFIX "/share/cnnrun", s->name);
		AUTO_FREE char *name = NULL;

		if (strncmp(s->name, "profiles/", 9) != 0)
			continue;
		name = xstrndup(s->name + 9, strlen(s->name) - 9 - 4);
		add(l, name, path, "installed");
	}
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

		if (in_project && !access(own, R_OK))
			add(&l, "cnnrun.lua", own, v[i].origin);
		add_dir(&l, below, v[i].origin);
		if (!in_project)
			add_dir(&l, v[i].dir, v[i].origin);
	}
	places_free(v, n);
	add_installed(&l);
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
