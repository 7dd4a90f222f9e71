/* SPDX-License-Identifier: MIT */
#include "build/ignore.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Each is tried on each file: what more takes is hours. */
enum { PATTERNS_MAX = 4096, PATTERN_BYTES_MAX = 1024 };

void ignore_free(struct ignore *i)
{
	for (size_t k = 0; k < i->n; k++)
		pattern_free(&i->v[k]);
	free(i->v);
	*i = (struct ignore){0};
}

/* Go's filepath.Clean, in place; "" becomes ".". Unlike path_join's folding it keeps
 * leading
 * ".." of relative paths. */
static void clean(struct buf *out, const char *s)
{
	bool rooted = *s == '/';
	size_t floor = 0; /* ".." cannot go back beyond this */

	if (rooted)
		buf_addc(out, '/');
	while (*s) {
		size_t n = strcspn(s, "/");

		if (n == 2 && s[0] == '.' && s[1] == '.') {
			if (out->n > floor + (size_t)rooted) {
				while (out->n > floor && out->p[out->n - 1] != '/')
					out->n--;
				if (out->n > floor + (size_t)rooted ||
					(out->n && !rooted))
					out->n--;
				out->p[out->n] = 0;
			} else if (!rooted) {
				buf_adds(out, out->n ? "/.." : "..");
				floor = out->n;
			}
		} else if (n && !(n == 1 && *s == '.')) {
			if (out->n && out->p[out->n - 1] != '/')
				buf_addc(out, '/');
			buf_add(out, s, n);
		}
		s += n + (s[n] == '/');
	}
	if (!out->n)
		buf_addc(out, '.');
}

static char *trim(char *s)
{
	char *end = s + strlen(s);

	while (end > s && isspace((unsigned char)end[-1]))
		*--end = 0;
	while (isspace((unsigned char)*s))
		s++;
	return s;
}

/* Wildcards before a last part of stars: such an exception can hit in any directory. */
static bool is_deep(const char *pattern)
{
	size_t n = strlen(pattern);

	if (n >= 3 && !strcmp(pattern + n - 3, "/**"))
		n -= 3;
	if (n >= 2 && !strncmp(pattern + n - 2, "/*", 2))
		n -= 2;
	return strcspn(pattern, "*[]?^\\") < n;
}

static bool add(struct ignore *i, const char *pattern, bool exception)
{
	struct pattern p;

	if (!pattern_compile(&p, pattern, exception)) {
		pattern_free(&p);
		return false;
	}
	i->v = xrealloc(i->v, (i->n + 1) * sizeof *i->v);
	i->v[i->n++] = p;
	i->exceptions |= exception;
	i->deep_exceptions |= exception && is_deep(pattern);
	return true;
}

/* One line without its end. */
static bool add_line(struct ignore *i, char *line)
{
	AUTO_BUF struct buf cleaned = {0};
	bool exception;
	char *s;

	if (*line == '#')
		return true;
	s = trim(line);
	if (!*s)
		return true;
	exception = *s == '!';
	if (exception)
		s = trim(s + 1);
	if (!*s)
		return false;
	clean(&cleaned, s);
	s = cleaned.p;
	if (exception && !strcmp(s, "/"))
		return false;
	return add(i, s + (s[0] == '/' && s[1]), exception);
}

int ignore_parse(
	struct ignore *i, const char *text, size_t n, const char *name, struct err *e)
{
	AUTO_FREE char *copy = xstrndup(text, n);
	char *line = copy, *end;
	int number = 0;

	if (strlen(copy) != n)
		return err_set(e, EINVAL, "%s is not a text file", name);
	if (!strncmp(line, "\xef\xbb\xbf", 3))
		line += 3;
	for (; line; line = end ? end + 1 : NULL) {
		end = strchr(line, '\n');
		if (end)
			*end = 0;
		number++;
		if (i->n == PATTERNS_MAX)
			return err_set(e, E2BIG,
				"%s:%d: more than %d patterns; name directories in place "
				"of what is in them",
				name, number, PATTERNS_MAX);
		if (*line != '#' && strlen(line) > PATTERN_BYTES_MAX)
			return err_set(e, E2BIG, "%s:%d: longer than %d bytes", name,
				number, PATTERN_BYTES_MAX);
		if (!add_line(i, line))
			return err_set(
				e, EINVAL, "%s:%d: bad pattern: %s", name, number, line);
	}
	return 0;
}

/* As ignore_match for a path whose directories were not looked at. */
static bool is_ignored(const struct ignore *i, const char *path)
{
	AUTO_FREE bool *parent = xcalloc(i->n, sizeof *parent);
	AUTO_FREE bool *own = xcalloc(i->n, sizeof *own);
	AUTO_FREE char *part = xstrdup(path);
	bool first = true, ignored = false;

	for (char *slash = part; slash;) {
		bool *swap = parent;

		slash = strchr(slash + 1, '/');
		if (slash)
			*slash = 0;
		ignored = ignore_match(i, part, first ? NULL : parent, own);
		parent = own;
		own = swap;
		first = false;
		if (slash)
			*slash = '/';
	}
	return ignored;
}

static void add_literal(struct ignore *i, const char *path, bool exception)
{
	AUTO_BUF struct buf literal = {0};

	for (; *path; path++) {
		if (strchr("*?[]\\^", *path))
			buf_addc(&literal, '\\');
		buf_addc(&literal, *path);
	}
	add(i, buf_str(&literal), exception);
}

void ignore_keep(struct ignore *i, const char *path)
{
	if (i->n && is_ignored(i, path))
		add_literal(i, path, true);
}

void ignore_drop(struct ignore *i, const char *path)
{
	add_literal(i, path, false);
}

bool ignore_match(const struct ignore *i, const char *path, const bool *parent, bool *own)
{
	bool ignored = false;

	for (size_t k = 0; k < i->n; k++) {
		const struct pattern *p = &i->v[k];

		own[k] = parent && parent[k];
		/* a pattern that would change nothing is not tried */
		if (!own[k] && p->exception == ignored)
			own[k] = pattern_match(p, path);
		if (own[k])
			ignored = !p->exception;
	}
	return ignored;
}

bool ignore_prune(const struct ignore *i, const char *dir, bool classic)
{
	size_t n = strlen(dir);

	if (!classic && i->deep_exceptions)
		return false;
	for (size_t k = 0; k < i->n; k++) {
		const char *text = i->v[k].text;

		if (i->v[k].exception && !strncmp(text, dir, n) &&
			(!text[n] || text[n] == '/'))
			return false;
	}
	return true;
}
