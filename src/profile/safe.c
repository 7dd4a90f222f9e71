/* SPDX-License-Identifier: MIT */
#include "profile/safe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "profile/ownership.h"

#define FILE_MAX ((size_t)1 << 20)

/* A name of a directory as it is written in a line: where it really is, and "/ *" kept.
 */
static char *real_line(const char *line)
{
	size_t n = strlen(line);
	bool all = n > 2 && !strcmp(line + n - 2, "/*");
	AUTO_FREE char *dir = xstrndup(line, all ? n - 2 : n);
	AUTO_FREE char *real = realpath(dir, NULL);

	return real ? xasprintf("%s%s", real, all ? "/*" : "") : NULL;
}

int safe_list(struct strv *out, struct err *e)
{
	AUTO_FREE char *path = xdg_path("CONFIG", SAFE_NAME), *problem = NULL;
	AUTO_BUF struct buf text = {0};
	struct stat st;
	struct err why = {0};
	char *save = NULL;

	if (file_read_stat(path, FILE_MAX, &text, &st, &why) < 0)
		return why.code == ENOENT ? 0 : err_set(e, why.code, "%s", why.msg);
	problem = file_problem(path, &st);
	if (problem)
		return err_set(e, EPERM, "what it says is left out: %s", problem);
	for (char *line = strtok_r(text.p, "\n", &save); line;
		line = strtok_r(NULL, "\n", &save)) {
		AUTO_FREE char *real = *line == '/' ? real_line(line) : NULL;

		if (real)
			strv_add(out, real);
	}
	return 0;
}

static bool is_named(const char *path, bool (*by)(const char *path, const char *line))
{
	static bool warned;
	AUTO_STRV struct strv lines = {0};
	struct err e = {0};

	if (safe_list(&lines, &e) < 0 && !warned) {
		warned = true;
		log_warn("%s", e.msg);
	}
	for (size_t i = 0; i < lines.n; i++)
		if (by(path, lines.v[i]))
			return true;
	return false;
}

/* The length of a line's directory; *all: is it about what lies below? */
static size_t stem(const char *line, bool *all)
{
	size_t n = strlen(line);

	*all = n > 1 && !strcmp(line + n - 2, "/*");
	return *all ? n - 2 : n;
}

static bool is_project(const char *path, const char *line)
{
	bool all;
	size_t n = stem(line, &all);

	return !strncmp(path, line, n) && (all ? path[n] == '/' : !path[n]);
}

static bool lies_in(const char *path, const char *line)
{
	bool all;
	AUTO_FREE char *dir = xstrndup(line, stem(line, &all));

	return path_within(path, dir);
}

bool safe_project(const char *dir)
{
	return is_named(dir, is_project);
}

bool safe_file(const char *path)
{
	return is_named(path, lies_in);
}

/* At its end, so that what the user wrote there stays as it is. */
static int append(const char *line, struct err *e)
{
	AUTO_FREE char *path = xdg_path("CONFIG", SAFE_NAME), *dir = xstrdup(path),
		       *text = NULL;
	AUTO_FD int fd = -1;
	AUTO_BUF struct buf before = {0};

	*strrchr(dir, '/') = 0;
	if (dir_make(dir, 0700, e) < 0)
		return -1;
	file_read(path, FILE_MAX, &before, NULL);
	text = xasprintf(
		"%s%s\n", before.n && before.p[before.n - 1] != '\n' ? "\n" : "", line);
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		return err_errno(e, "%s", path);
	return 0;
}

int safe_add(const char *dir, struct err *e)
{
	AUTO_FREE char *from = *dir == '/' ? xstrdup("/") : cwd_get(e);
	AUTO_FREE char *path = from ? path_join(from, dir) : NULL;
	AUTO_FREE char *line = path ? real_line(path) : NULL;
	AUTO_STRV struct strv lines = {0};

	if (!path)
		return -1;
	if (!line)
		return err_errno(e, "%s", path);
	if (strchr(line, '\n'))
		return err_set(e, EINVAL, "a name with a line feed cannot be kept");
	if (safe_list(&lines, e) < 0)
		return -1;
	return strv_has(&lines, line) ? 0 : append(line, e);
}
