/* SPDX-License-Identifier: MIT */
#include "profile/find.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/printable.h"
#include "profile/ownership.h"

static bool is_file(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode);
}

static bool is_part_end(char c)
{
	return !c || c == '/';
}

char *path_shown(const char *path)
{
	AUTO_FREE char *cwd = getcwd(NULL, 0);
	AUTO_BUF struct buf shown = {0};
	size_t same = 0;

	if (!cwd)
		return xstrdup(path);
	for (size_t i = 0;; i++) {
		if (is_part_end(path[i]) && is_part_end(cwd[i]))
			same = i;
		if (!path[i] || path[i] != cwd[i])
			break;
	}
	for (const char *s = cwd + same; *s; s++)
		if (*s == '/' && s[1])
			buf_adds(&shown, "../");
	buf_adds(&shown, path[same] ? path + same + 1 : ".");
	return xstrdup(shown.n < strlen(path) ? buf_str(&shown) : path);
}

/* name is "gui", "gui.lua" or "profiles/gui.lua": the files it may mean in dir. The
 * project's own directories hold other Lua files too, so "gui" means a profile there only
 * inside profiles/. */
static char *candidate(const struct place *p, const char *name, int i)
{
	bool lua = ends_in_lua(name) || is_foreign(name), plain = !strchr(name, '/');
	const char *ext = lua ? "" : ".lua";
	bool named = !plain || text_is_word(name); /* others are reached by path */
	AUTO_FREE char *direct = xasprintf("%s%s", name, ext);
	AUTO_FREE char *below = xasprintf("profiles/%s%s", name, ext);

	if (i == 0 && named && (!plain || lua || strcmp(p->origin, "project") != 0))
		return path_join(p->dir, direct);
	if (i == 1 && plain && named)
		return path_join(p->dir, below);
	return NULL;
}

static char *locate(const struct place *v, size_t n, const char *name, const char *after,
	const struct place **place)
{
	AUTO_FREE char *first = NULL;

	for (size_t i = 0; i < n; i++)
		for (int k = 0; k < 2; k++) {
			AUTO_FREE char *path = candidate(&v[i], name, k), *shown = NULL;

			if (!path || !is_file(path))
				continue;
			shown = path_shown(path);
			if (after && !strcmp(shown, after)) {
				after = NULL;
				free(first);
				first = NULL;
			} else if (!first) {
				*place = &v[i];
				first = xstrdup(path);
			}
		}
	return first ? xstrdup(first) : NULL;
}

static int find_installed(
	const char *name, const char *project, struct profile_source *out, struct err *e)
{
	const char *ext = ends_in_lua(name) ? "" : ".lua";
	const char *dir = strncmp(name, "profiles/", 9) != 0 ? "profiles/" : "";
	AUTO_FREE char *script = xasprintf("%s%s%s", dir, name, ext);

	if (!script_exists(script))
		return 1;
	out->installed = true;
	/* a variable of the environment makes nothing trustworthy */
	out->trusted = !script_dir();
	out->path = path_join(script_dir() ? script_dir() : INSTALLED, script);
	out->shown = xstrdup(script);
	out->name = source_name(script);
	out->project = xstrdup(project);
	out->unsafe = project ? project_problem(project) : NULL;
	return script_read(script, &out->text, e);
}

static int not_found(const char *name, const struct place *v, size_t n, struct err *e)
{
	AUTO_BUF struct buf where = {0}, known = {0};
	AUTO_STRV struct strv named = {0};
	struct profile_entry *all;
	size_t count = profile_entries(&all);

	for (size_t i = 0; i < n; i++)
		buf_addf(&where, "%s%s", i ? ", " : "", v[i].dir);
	for (size_t i = 0; i < count; i++) {
		if (strv_has(&named, all[i].name))
			continue;
		strv_add(&named, all[i].name);
		buf_addf(&known, "%s%s", known.n ? ", " : "", all[i].name);
	}
	profile_entries_free(all, count);
	return err_set(e, ENOENT, "no profile \"%.100s\"; there are: %s (looked in %s)",
		name, known.n ? known.p : "none", where.n ? where.p : "no directory");
}

int profile_search(
	const char *name, const char *after, struct profile_source *out, struct err *e)
{
	AUTO_FREE char *project = project_find(NULL);
	struct place *v;
	const struct place *place = NULL;
	size_t n = places_list(project, &v);
	AUTO_FREE char *path = locate(v, n, name, after, &place);
	int rc;

	if (path) {
		rc = source_read(path, project, out, e);
	} else {
		rc = find_installed(name, project, out, e);
		if (rc > 0)
			rc = not_found(name, v, n, e);
	}
	places_free(v, n);
	return rc;
}

static int find_project_file(
	const char *project, struct profile_source *out, struct err *e)
{
	struct place *v;
	size_t n = places_list(project, &v);
	AUTO_FREE char *path = NULL;

	for (size_t i = 0; i < n && !path && !strcmp(v[i].origin, "project"); i++) {
		path = path_join(v[i].dir, "cnnrun.lua");
		if (!is_file(path)) {
			free(path);
			path = NULL;
		}
	}
	places_free(v, n);
	if (path)
		return source_read(path, NULL, out, e);
	return err_set(e, ENOENT,
		"no cnnrun.lua in %s or above; name a profile, as in cnnrun shell, or "
		"have one written there: cnnrun init",
		project);
}

static bool is_literal(const char *name)
{
	return *name == '/' || !strncmp(name, "./", 2) || !strncmp(name, "../", 3);
}

int profile_find(const char *name, struct profile_source *out, struct err *e)
{
	bool literal = name && is_literal(name);
	/* a full path needs no working directory */
	AUTO_FREE char *from =
		literal ? *name == '/' ? xstrdup("/") : cwd_get(e) : project_find(e);
	AUTO_FREE char *path = from && literal ? path_join(from, name) : NULL;
	int rc;

	*out = (struct profile_source){0};
	if (!from)
		return -1;
	if (literal)
		rc = source_read(path, NULL, out, e);
	else
		rc = name ? profile_search(name, NULL, out, e)
			  : find_project_file(from, out, e);
	if (rc < 0)
		profile_source_free(out);
	return rc;
}

bool profile_is_name(const char *name)
{
	AUTO_SOURCE struct profile_source s = {0};
	struct err e = {0};

	if (!*name || *name == '-')
		return false;
	if (strchr(name, '/') || ends_in_lua(name) || is_foreign(name))
		return true;
	/* one that cannot be read is one: what uses it says why */
	return profile_search(name, NULL, &s, &e) == 0 || e.code != ENOENT;
}
