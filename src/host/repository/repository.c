/* SPDX-License-Identifier: MIT */
#include "host/repository/repository.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/path.h"
#include "host/repository/looking.h"

/* Git's first. Each has a file that names programs: config, hgrc, config.toml,
 * branch.conf, defaults; .repo has the program itself. */
static const char *const names[] = {
	".git", ".hg", ".jj", ".bzr", ".pijul", "_darcs", ".repo"};

static const char *const parts[] = {"HEAD", "objects", "refs"};

enum {
	TREES_MAX = 128,  /* repositories of one mount */
	OWN_MAX = 256,    /* each becomes a mount, and so does the way to it */
	LOOKED_MAX = 256, /* directories that nested ones are looked for in */
	DEEP = 4,
};

void repositories_free(struct repositories *r)
{
	strv_free(&r->own);
	strv_free(&r->links);
}

static bool is_name(const char *name, size_t n)
{
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (strlen(names[i]) == n && !memcmp(names[i], name, n))
			return true;
	return false;
}

bool repository_owns(const char *path)
{
	while (*path) {
		size_t n = strcspn(path, "/");

		if (is_name(path, n))
			return true;
		path += n + (path[n] == '/');
	}
	return false;
}

static void add(struct looking *l, struct strv *list, const char *path, size_t max)
{
	if (strv_has(list, path))
		return;
	if (list->n < max)
		strv_add(list, path);
	else
		l->r->more = true;
}

void looking_own(struct looking *l, const char *path)
{
	add(l, &l->r->own, path, OWN_MAX);
}

void looking_link(struct looking *l, const char *path)
{
	add(l, &l->r->links, path, OWN_MAX);
}

void looking_tree(struct looking *l, const char *path)
{
	if (path_within(path, l->top))
		add(l, &l->trees, path, TREES_MAX);
}

/* Without a .git git looks for what is in one. */
static bool is_bare(const char *dir)
{
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		AUTO_FREE char *path = path_join(dir, parts[i]);
		struct stat st;

		if (lstat(path, &st) < 0)
			return false;
	}
	return true;
}

bool repository_is(const char *dir)
{
	AUTO_FREE char *git = path_join(dir, ".git");
	struct stat st;

	return lstat(git, &st) == 0 || is_bare(dir);
}

static void look_at(struct looking *l, const char *tree)
{
	bool git = false;

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		AUTO_FREE char *path = path_join(tree, names[i]);
		struct stat st;

		if (lstat(path, &st) < 0)
			continue;
		git = git || i == 0;
		if (S_ISLNK(st.st_mode)) {
			looking_link(l, path);
			continue;
		}
		looking_own(l, path);
		if (i == 0)
			git_look(l, path, tree);
	}
	if (!git && is_bare(tree))
		git_look(l, tree, tree);
}

/* Adds dir's directories to below; is it a work tree itself? */
static bool look_through(const char *dir, dev_t dev, struct strv *below)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	struct stat st;
	bool tree = false;
	size_t found = 0;

	if (!d)
		return false;
	if (fstat(dirfd(d), &st) < 0 || st.st_dev != dev) {
		closedir(d);
		return false;
	}
	while ((entry = readdir(d))) {
		for (size_t i = 0; i < COUNT_OF(parts); i++)
			found += !strcmp(entry->d_name, parts[i]);
		if (is_name(entry->d_name, strlen(entry->d_name)))
			tree = true;
		else if (below && entry->d_type == DT_DIR &&
			 strcmp(entry->d_name, ".") != 0 &&
			 strcmp(entry->d_name, "..") != 0)
			strv_addf(below, "%s/%s", dir, entry->d_name);
	}
	closedir(d);
	return tree || found == COUNT_OF(parts);
}

/* Breadth first, so that much of one directory does not hide the others. */
static void look_below(struct looking *l)
{
	AUTO_STRV struct strv dirs = {0};
	size_t seen = 0;
	struct stat st;

	if (lstat(l->top, &st) < 0)
		return;
	strv_add(&dirs, *l->top == '/' && !l->top[1] ? "" : l->top);
	for (int depth = 0; depth <= DEEP; depth++)
		for (size_t end = dirs.n; seen < end && seen < LOOKED_MAX; seen++)
			if (look_through(dirs.v[seen], st.st_dev,
				    depth < DEEP && dirs.n < LOOKED_MAX ? &dirs : NULL))
				looking_tree(l, dirs.v[seen]);
}

/* Their index and configuration may name what lies in top. */
static void look_above(struct looking *l)
{
	AUTO_FREE char *tree = xstrdup(l->top);
	char *slash;

	while ((slash = strrchr(tree, '/'))) {
		AUTO_FREE char *git = NULL;
		struct stat st;

		*slash = 0;
		git = xasprintf("%s/.git", tree);
		if (lstat(git, &st) == 0)
			look_at(l, *tree ? tree : "/");
	}
}

void repositories_find(const char *top, bool nested, struct repositories *r)
{
	struct looking l = {.top = top, .r = r};

	look_above(&l);
	looking_tree(&l, top);
	if (nested)
		look_below(&l);
	for (size_t i = 0; i < l.trees.n; i++)
		look_at(&l, l.trees.v[i]);
	strv_free(&l.trees);
}
