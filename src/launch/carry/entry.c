/* SPDX-License-Identifier: MIT */
#include "launch/carry/entry.h"

#include <string.h>

/* File systems keep at least so much of a time. */
enum { GRAIN_NS = 1000 };
#define SECOND INT64_C(1000000000)

int carry_advance(struct carry_side *s, struct err *e)
{
	int got = s->from.next ? s->from.next(s->from.ctx, &s->at, e) : 0;

	s->here = got > 0;
	return got < 0 ? -1 : 0;
}

const char *carry_first(const struct carry_side *v, size_t n)
{
	const char *first = NULL;

	for (size_t i = 0; i < n; i++)
		if (v[i].here && (!first || carry_order(v[i].at.path, first) < 0))
			first = v[i].at.path;
	return first;
}

bool carry_is(const struct carry_side *s, const char *path)
{
	return s->here && !strcmp(s->at.path, path);
}

bool carry_path_ok(const char *path)
{
	if (strlen(path) > CARRY_PATH_MAX)
		return false;
	for (;;) {
		size_t n = strcspn(path, "/");

		if (!n || (n == 1 && *path == '.') || (n == 2 && !memcmp(path, "..", 2)))
			return false;
		if (!path[n])
			return true;
		path += n + 1;
	}
}

/* The end of a path comes first, then what is below it. */
static int rank(char c)
{
	return !c ? 0 : c == '/' ? 1 : 2 + (unsigned char)c;
}

int carry_order(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return rank(*a) - rank(*b);
}

bool carry_same(const struct carry_entry *a, const struct carry_entry *b)
{
	if ((a->mode & S_IFMT) != (b->mode & S_IFMT))
		return false;
	if (S_ISDIR(a->mode))
		return true;
	if (a->size != b->size || a->mtime / GRAIN_NS != b->mtime / GRAIN_NS)
		return false;
	return !S_ISREG(a->mode) || (a->mode & S_IXUSR) == (b->mode & S_IXUSR);
}

int64_t carry_mtime(const struct stat *st)
{
	return (int64_t)st->st_mtim.tv_sec * SECOND + st->st_mtim.tv_nsec;
}

struct timespec carry_time(int64_t mtime)
{
	int64_t part = mtime % SECOND;

	return (struct timespec){
		mtime / SECOND - (part < 0), part + (part < 0 ? SECOND : 0)};
}
