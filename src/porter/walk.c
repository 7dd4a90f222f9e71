/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <sys/mman.h>

#include "porter/inner.h"

enum { DIRECTORY = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, READ = 64 << 10 };

long top;
uint32_t owner_uid, owner_gid;

long look(long dir, const char *name, struct statx *st)
{
	return SYS(statx, dir, name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, st);
}

long own(long dir, const char *name)
{
	return SYS(fchownat, dir, name, owner_uid, owner_gid, AT_SYMLINK_NOFOLLOW);
}

static long open_dir(long dir, const char *name)
{
	return SYS(openat, dir, name, DIRECTORY, 0, 0);
}

/* One step of the way. */
static long step(long dir, const char *name, bool make)
{
	long fd = open_dir(dir, name);

	if (fd >= 0 || !make)
		return fd;
	if (fd == -ENOTDIR || fd == -ELOOP)
		SYS(unlinkat, dir, name, 0, 0, 0);
	fd = SYS(mkdirat, dir, name, 0755, 0, 0);
	if (fd < 0 || (fd = own(dir, name)) < 0)
		return fd;
	return open_dir(dir, name);
}

long open_parent(const char *path, const char **name, bool make)
{
	char part[PORTER_PATH_MAX + 1];
	long fd = open_dir(top, "."), next;

	for (;;) {
		size_t n = 0;

		while (path[n] && path[n] != '/') {
			part[n] = path[n];
			n++;
		}
		*name = path;
		if (fd < 0 || !path[n])
			return fd;
		part[n] = 0;
		next = step(fd, part, make);
		sys_close(fd);
		fd = next;
		path += n + 1;
	}
}

/* The names of a directory, one after the other with their NULs, and where each begins.
 */
struct names {
	char *text;
	size_t n, room;
	char **at;
	size_t count;
};

static void *map(size_t n)
{
	long p = sys6(SYS_mmap, 0, (long)n, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p < 0 && p > -4096)
		fail(NULL, p);
	return (void *)p; /* NOLINT(performance-no-int-to-ptr): the kernel's word */
}

static void unmap(void *p, size_t n)
{
	if (n)
		SYS(munmap, p, n, 0, 0, 0);
}

static void names_free(struct names *l)
{
	unmap(l->at, l->count * sizeof *l->at);
	unmap(l->text, l->room);
}

static void add(struct names *l, const char *name)
{
	size_t n = length(name) + 1;

	if (!l->text || n > l->room - l->n) {
		size_t room = l->room ? l->room * 2 : READ;
		char *text = map(room);

		for (size_t i = 0; i < l->n; i++)
			text[i] = l->text[i];
		unmap(l->text, l->room);
		l->text = text;
		l->room = room;
	}
	for (size_t i = 0; i < n; i++)
		l->text[l->n++] = name[i];
	l->count++;
}

static bool is_dots(const char *s)
{
	return s[0] == '.' && (!s[1] || (s[1] == '.' && !s[2]));
}

static int compare(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return (unsigned char)*a - (unsigned char)*b;
}

static void sift(char **v, size_t i, size_t n)
{
	for (size_t child; (child = 2 * i + 1) < n; i = child) {
		char *held = v[i];

		if (child + 1 < n && compare(v[child], v[child + 1]) < 0)
			child++;
		if (compare(v[i], v[child]) >= 0)
			return;
		v[i] = v[child];
		v[child] = held;
	}
}

static void sort(char **v, size_t n)
{
	for (size_t i = n / 2; i-- > 0;)
		sift(v, i, n);
	for (size_t end = n; end-- > 1;) {
		char *held = v[0];

		v[0] = v[end];
		v[end] = held;
		sift(v, 0, end);
	}
}

/* Sorted by their bytes. */
static long read_names(long fd, struct names *l)
{
	static char entries[READ]; /* used up before anything below is read */
	char *p;
	long k;

	while ((k = SYS(getdents64, fd, entries, sizeof entries, 0, 0)) > 0)
		for (long at = 0; at < k;) {
			struct dirent64 *d = (struct dirent64 *)(void *)(entries + at);

			if (!is_dots(d->d_name))
				add(l, d->d_name);
			at += d->d_reclen;
		}
	if (!l->count)
		return k;
	l->at = map(l->count * sizeof *l->at);
	p = l->text;
	for (size_t i = 0; i < l->count; i++, p += length(p) + 1)
		l->at[i] = p;
	sort(l->at, l->count);
	return k;
}

static bool is_part(const char *name, int deep)
{
	return !deep && begins(name, PORTER_PART);
}

/* What is done with each entry, before what is below it. */
typedef void each(long dir, const char *name, const char *path, const struct statx *st);

/* path has n bytes, of the directory that fd, which is closed, is open on. The first
 * error. */
static long walk(long fd, char *path, size_t n, int deep, each *on_entry)
{
	struct names l = {0};
	long r = fd < 0 ? fd : read_names(fd, &l);

	for (size_t i = 0; i < l.count; i++) {
		struct statx st;
		size_t m = length(l.at[i]);
		long k = 0;

		if (is_part(l.at[i], deep) || look(fd, l.at[i], &st) < 0)
			continue;
		if (n + 1 + m > PORTER_PATH_MAX) {
			r = r < 0 ? r : -ENAMETOOLONG;
			continue;
		}
		if (n)
			path[n] = '/';
		for (size_t c = 0; c <= m; c++)
			path[n + (n > 0) + c] = l.at[i][c];
		on_entry(fd, l.at[i], path, &st);
		if (S_ISDIR(st.stx_mode))
			k = deep == PORTER_DEEP
				    ? -ENAMETOOLONG
				    : walk(open_dir(fd, l.at[i]), path, n + (n > 0) + m,
					      deep + 1, on_entry);
		r = r < 0 ? r : k;
	}
	names_free(&l);
	if (fd >= 0)
		sys_close(fd);
	return r < 0 ? r : 0;
}

static void tell_entry(
	long dir, const char *name, const char *path, const struct statx *st)
{
	(void)dir;
	(void)name;
	tell_word(PORTER_ENTRY, path, st, 0);
}

static void own_entry(
	long dir, const char *name, const char *path, const struct statx *st)
{
	(void)path;
	if (st->stx_uid != owner_uid || st->stx_gid != owner_gid)
		own(dir, name);
}

static char path_now[PORTER_PATH_MAX + 1];

void list(void)
{
	long r = walk(open_dir(top, "."), path_now, 0, 0, tell_entry);

	tell_word(PORTER_END, NULL, NULL, r);
	flush();
}

void own_all(void)
{
	walk(open_dir(top, "."), path_now, 0, 0, own_entry);
}

void drop(long dir, const char *name, int deep)
{
	char entries[4096] __attribute__((aligned(8)));
	long fd, k;

	if (SYS(unlinkat, dir, name, 0, 0, 0) != -EISDIR || deep == PORTER_DEEP)
		return;
	fd = open_dir(dir, name);
	while ((k = SYS(getdents64, fd, entries, sizeof entries, 0, 0)) > 0)
		for (long at = 0; at < k;) {
			struct dirent64 *d = (struct dirent64 *)(void *)(entries + at);

			if (!is_dots(d->d_name))
				drop(fd, d->d_name, deep + 1);
			at += d->d_reclen;
		}
	if (fd >= 0)
		sys_close(fd);
	SYS(unlinkat, dir, name, AT_REMOVEDIR, 0, 0);
}
