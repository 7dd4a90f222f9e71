/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "profile/find.h"
#include "profile/ownership.h"

/* What says that a directory is a project. Those behind NULL count where none of the
 * others is above: a file of another program lies in many a part of a project. */
static const char *const marks[] = {"cnnrun.lua", ".git", "docker/Dockerfile", NULL,
	"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml",
	".devcontainer", ".devcontainer.json", NULL};
enum { STRONG, WEAK = 4 };

static bool has(const char *dir, const char *name)
{
	AUTO_FREE char *path = path_join(dir, name);

	return !access(path, F_OK);
}

static bool is_root(const char *dir)
{
	AUTO_FREE char *real = realpath(dir, NULL);

	return real && !strcmp(real, "/");
}

static bool holds(const char *dir, const char *home)
{
	AUTO_FREE char *real = home && *home == '/' ? realpath(home, NULL) : NULL;

	return real && path_within(real, dir);
}

/* The home directories count as the environment and as the user database name them. A
 * wrong $HOME does not make a project of the real one. */
static bool holds_a_home(const char *dir)
{
	static char *known;
	const struct passwd *pw;

	if (holds(dir, getenv("HOME")))
		return true;
	if (!known && (pw = getpwuid(user_behind())))
		known = xstrdup(pw->pw_dir);
	return holds(dir, known);
}

/* Where everybody may put a mark: /tmp. */
static bool is_everybodys(const char *dir)
{
	struct stat st;

	return !stat(dir, &st) && st.st_mode & S_ISVTX && st.st_mode & S_IWOTH;
}

/* What lies in .devcontainer is for the directory above it, a compose file as well. */
static bool is_for_above(const char *dir)
{
	const char *at = strstr(dir, "/.devcontainer");

	return at && (!at[14] || at[14] == '/');
}

/* A stray mark in / or above a home must not make everything one project. */
static bool is_marked(const char *dir, int from)
{
	bool marked = false;

	if (from == WEAK && is_for_above(dir))
		return false;
	for (size_t i = (size_t)from; !marked && marks[i]; i++)
		marked = has(dir, marks[i]);
	return marked && !is_root(dir) && !holds_a_home(dir);
}

bool project_is_own(const char *dir)
{
	return (is_marked(dir, STRONG) || is_marked(dir, WEAK)) && !is_everybodys(dir);
}

char *project_problem(const char *dir)
{
	char *problem = directory_problem(dir, marks + STRONG);

	return problem ? problem : directory_problem(dir, marks + WEAK);
}

/* A cnnrun.lua in the home was written to be found. */
static bool is_project(const char *dir, int from)
{
	return ((from == STRONG && has(dir, "cnnrun.lua")) || is_marked(dir, from)) &&
	       !is_everybodys(dir);
}

static char *project_above(const char *dir, int from)
{
	char *at = xstrdup(dir);

	while (!is_project(at, from)) {
		char *slash = strrchr(at, '/');

		if (!slash || !slash[1]) {
			free(at);
			return NULL;
		}
		slash[slash == at] = 0; /* "/a" → "/" */
	}
	return at;
}

char *project_of(const char *dir, struct err *e)
{
	char *above = project_above(dir, STRONG);

	if (!above)
		above = project_above(dir, WEAK);
	if (above)
		return above;
	if (!is_root(dir))
		return xstrdup(dir);
	err_set(e, EINVAL,
		"/ is no project; change to a project's directory, or write /cnnrun.lua");
	return NULL;
}

char *project_find(struct err *e)
{
	AUTO_FREE char *cwd = cwd_get(e);

	return cwd ? project_of(cwd, e) : NULL;
}

static void add(struct place **v, size_t *n, const char *dir, const char *origin)
{
	*v = xrealloc(*v, (*n + 1) * sizeof **v);
	(*v)[*n].dir = xstrdup(dir);
	(*v)[(*n)++].origin = origin;
}

size_t places_list(const char *project, struct place **out)
{
	AUTO_FREE char *at = getcwd(NULL, 0), *user = xdg_path("CONFIG", "");
	AUTO_FREE char *path = xstrdup(getenv("CNNRUN_PATH"));
	char *save = NULL, *slash;
	size_t n = 0;

	*out = NULL;
	while (at && project && path_within(at, project)) {
		add(out, &n, at, "project");
		slash = strrchr(at, '/');
		if (!slash || slash == at || !strcmp(at, project))
			break;
		*slash = 0;
	}
	for (char *d = path ? strtok_r(path, ":", &save) : NULL; d;
		d = strtok_r(NULL, ":", &save))
		if (*d == '/')
			add(out, &n, d, "path");
	slash = strrchr(user, '/');
	if (slash && !slash[1])
		*slash = 0;
	add(out, &n, user, "user");
	return n;
}

void places_free(struct place *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(v[i].dir);
	free(v);
}
