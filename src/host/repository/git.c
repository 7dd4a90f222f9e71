/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/path.h"
#include "host/repository/git_config.h"
#include "host/repository/git_index.h"
#include "host/repository/looking.h"

enum {
	NAMED_MAX = 4096, /* bytes of a file that holds a path */
	CONFIG_MAX = 1 << 20,
	CONFIGS_MAX = 16, /* with those that they include */
};

/* What the file says after prefix, as a path seen from dir; NULL = it says nothing. */
static char *named_in(const char *file, const char *prefix, const char *dir)
{
	AUTO_BUF struct buf text = {0};
	size_t n = strlen(prefix);

	if (file_read(file, NAMED_MAX, &text, NULL) < 0 ||
		strncmp(buf_str(&text), prefix, n) != 0)
		return NULL;
	while (text.n && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r'))
		text.p[--text.n] = 0;
	return text.n > n ? path_join(dir, text.p + n) : NULL;
}

/* Is every part of the path that is there what it seems, no symlink? */
static bool is_plain(const char *path)
{
	AUTO_FREE char *part = xstrdup(path);
	AUTO_FREE char *real = NULL;

	while (!(real = realpath(part, NULL)) && strrchr(part, '/') != part) {
		struct stat st;

		if (lstat(part, &st) == 0) /* leads nowhere */
			return false;
		*strrchr(part, '/') = 0;
	}
	return !real || !strcmp(real, part);
}

/* A place in tree where the index has a submodule. */
static void submodule(struct looking *l, const char *tree, const char *name)
{
	AUTO_FREE char *path = path_join(tree, name);
	AUTO_FREE char *git = xasprintf("%s/.git", path);
	struct stat st;

	if (*name == '/' || repository_owns(name) || !path_within(path, tree))
		return; /* git would not have it */
	if (!path_within(path, l->top) && !path_within(l->top, path))
		return;
	if (!is_plain(path))
		looking_link(l, path);
	else if (lstat(git, &st) == 0)
		looking_tree(l, path);
	else
		looking_own(l, path); /* nothing yet: nor shall there be */
}

/* An index may be split into two files. */
static void submodules(struct looking *l, const char *git, const char *tree)
{
	DIR *d = opendir(git);
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		AUTO_FREE char *path = xasprintf("%s/%s", git, entry->d_name);
		AUTO_BUF struct buf index = {0};
		AUTO_STRV struct strv found = {0};

		if (strcmp(entry->d_name, "index") != 0 &&
			strncmp(entry->d_name, "sharedindex.", 12) != 0)
			continue;
		if (file_read(path, 0, &index, NULL) < 0 ||
			git_index_submodules(&index, &found) < 0)
			continue;
		for (size_t i = 0; i < found.n; i++)
			submodule(l, tree, found.v[i]);
	}
	if (d)
		closedir(d);
}

/* Each has a file with the place of the .git that leads to it. */
static void worktrees(struct looking *l, const char *git)
{
	AUTO_FREE char *dir = xasprintf("%s/worktrees", git);
	DIR *d = opendir(dir);
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		AUTO_FREE char *file = xasprintf("%s/%s/gitdir", dir, entry->d_name);
		AUTO_FREE char *there = named_in(file, "", dir);
		AUTO_FREE char *real = NULL;
		char *slash = there ? strrchr(there, '/') : NULL;

		if (!slash || slash == there)
			continue;
		*slash = 0;
		real = realpath(there, NULL);
		if (real)
			looking_tree(l, real);
	}
	if (d)
		closedir(d);
}

/* What git obeys by its configuration's word. A directory that is missing can be made, a
 * file cannot: an empty one says something too. */
static void obeyed(struct looking *l, const char *path, bool directory)
{
	struct stat st;

	if (is_plain(path) && (directory || lstat(path, &st) == 0))
		looking_own(l, path);
	else
		looking_link(l, path);
}

static char *said(const char *dir, const char *name)
{
	const char *home = getenv("HOME");

	if (home && *home == '/' && !strncmp(name, "~/", 2))
		return path_join(home, name + 2);
	return path_join(dir, name);
}

/* Adds to files what this one includes. */
static void read_config(
	struct looking *l, const char *file, const char *tree, struct strv *files)
{
	AUTO_STRV struct strv hooks = {0}, includes = {0};
	AUTO_BUF struct buf text = {0};
	AUTO_FREE char *dir = xstrndup(file, (size_t)(strrchr(file, '/') - file));

	if (file_read(file, CONFIG_MAX, &text, NULL) < 0)
		return;
	git_config_paths(buf_str(&text), &hooks, &includes);
	for (size_t i = 0; i < hooks.n; i++) {
		AUTO_FREE char *path = said(tree, hooks.v[i]);

		obeyed(l, path, true);
	}
	for (size_t i = 0; i < includes.n; i++) {
		AUTO_FREE char *path = said(dir, includes.v[i]);

		obeyed(l, path, false);
		strv_add(files, path);
	}
}

static void configured(struct looking *l, const char *git, const char *tree)
{
	AUTO_STRV struct strv files = {0};

	strv_addf(&files, "%s/config", git);
	strv_addf(&files, "%s/config.worktree", git);
	for (size_t i = 0; i < files.n && i < CONFIGS_MAX; i++)
		read_config(l, files.v[i], tree, &files);
}

/* The directory behind .git, and the one that it shares with other work trees. */
static void look_behind(struct looking *l, const char *real, const char *tree)
{
	AUTO_FREE char *file = xasprintf("%s/commondir", real);
	AUTO_FREE char *common = named_in(file, "", real);
	AUTO_FREE char *shared = common ? realpath(common, NULL) : NULL;

	looking_own(l, real);
	if (shared)
		looking_own(l, shared);
	submodules(l, real, tree);
	configured(l, shared ? shared : real, tree);
	worktrees(l, shared ? shared : real);
}

void git_look(struct looking *l, const char *git, const char *tree)
{
	AUTO_FREE char *there = named_in(git, "gitdir: ", tree);
	AUTO_FREE char *real = realpath(there ? there : git, NULL);
	struct stat st;

	if (real && stat(real, &st) == 0 && S_ISDIR(st.st_mode))
		look_behind(l, real, tree);
}
