/* SPDX-License-Identifier: MIT */
#include "porter/porter.h"

#include <sys/time.h>
#include <time.h>

#include "hold/memory.h"
#include "porter/inner.h"

enum { SECOND = 1000000000, PIECE = 256 << 10 };

static char path[PORTER_PATH_MAX + 1];

/* Relative, and each part a name. */
static bool is_path(const char *p)
{
	for (;;) {
		size_t n = 0;

		while (p[n] && p[n] != '/')
			n++;
		if (!n || (p[0] == '.' && (n == 1 || (n == 2 && p[1] == '.'))))
			return false;
		if (!p[n])
			return true;
		p += n + 1;
	}
}

static void take_path(const struct porter_word *w)
{
	if (w->path_n > PORTER_PATH_MAX)
		fail(NULL, -ENAMETOOLONG);
	take(path, w->path_n);
	path[w->path_n] = 0;
	if (length(path) != w->path_n || !is_path(path))
		fail(path, -EINVAL);
}

static struct timespec moment(int64_t ns)
{
	struct timespec t = {.tv_sec = ns / SECOND, .tv_nsec = ns % SECOND};

	if (t.tv_nsec < 0) {
		t.tv_sec--;
		t.tv_nsec += SECOND;
	}
	return t;
}

/* Whole at once: the name is another file's until then. */
static long put_in_place(long dir, const char *name)
{
	long r = SYS(renameat, top, PORTER_PART, dir, name, 0);

	if (r == -EISDIR || r == -ENOTEMPTY || r == -EEXIST) {
		drop(dir, name, 0);
		r = SYS(renameat, top, PORTER_PART, dir, name, 0);
	}
	return r;
}

static long put_file(const struct porter_word *w, long dir, const char *name)
{
	const struct timespec times[] = {moment(w->mtime), moment(w->mtime)};
	long fd, r;

	SYS(unlinkat, top, PORTER_PART, 0, 0, 0);
	fd = SYS(openat, top, PORTER_PART, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600,
		0);
	r = take_into(fd, w->size);
	if (fd < 0 || r < 0)
		return fd < 0 ? fd : r;
	if ((r = own(top, PORTER_PART)) == 0 &&
		(r = SYS(fchmod, fd, w->mode & 0777, 0, 0, 0)) == 0)
		r = SYS(utimensat, fd, NULL, times, 0, 0);
	sys_close(fd);
	return r < 0 ? r : put_in_place(dir, name);
}

static long put_link(const struct porter_word *w, long dir, const char *name)
{
	char text[PORTER_PATH_MAX + 1];
	const struct timespec times[] = {moment(w->mtime), moment(w->mtime)};
	long r;

	if (w->size > PORTER_PATH_MAX)
		fail(path, -ENAMETOOLONG);
	take(text, (size_t)w->size);
	text[w->size] = 0;
	SYS(unlinkat, top, PORTER_PART, 0, 0, 0);
	r = SYS(symlinkat, text, top, PORTER_PART, 0, 0);
	if (r < 0 || (r = own(top, PORTER_PART)) < 0)
		return r;
	SYS(utimensat, top, PORTER_PART, times, AT_SYMLINK_NOFOLLOW, 0);
	return put_in_place(dir, name);
}

static long put_directory(const struct porter_word *w, long dir, const char *name)
{
	long r = SYS(mkdirat, dir, name, 0700, 0, 0);
	struct statx st;

	if (r == -EEXIST && look(dir, name, &st) == 0 && !S_ISDIR(st.stx_mode)) {
		drop(dir, name, 0);
		r = SYS(mkdirat, dir, name, 0700, 0, 0);
	}
	if ((r < 0 && r != -EEXIST) || (r = own(dir, name)) < 0)
		return r;
	/* the owner is to work in it; a directory it is by now, and nobody's else */
	return SYS(fchmodat, dir, name, (w->mode & 0777) | 0700, 0, 0);
}

static void put(const struct porter_word *w)
{
	const char *name;
	long dir, r;

	take_path(w);
	dir = open_parent(path, &name, true);
	if (dir < 0)
		fail(path, dir);
	r = S_ISREG(w->mode)   ? put_file(w, dir, name)
	    : S_ISLNK(w->mode) ? put_link(w, dir, name)
	    : S_ISDIR(w->mode) ? put_directory(w, dir, name)
			       : -EINVAL;
	sys_close(dir);
	if (r < 0)
		fail(path, r);
}

/* As many bytes as it was said to have, whatever becomes of it. */
static void send_file(long fd, const struct statx *was)
{
	static char piece[PIECE];
	struct statx st;
	uint64_t left = was->stx_size;
	long error = 0;

	while (left) {
		size_t want = left < PIECE ? (size_t)left : PIECE;
		long k = error ? 0 : sys_read(fd, piece, want);

		if (k == -EINTR)
			continue;
		if (k <= 0) {
			error = k < 0 ? k : -ESTALE;
			for (size_t i = 0; i < want; i++)
				piece[i] = 0;
			k = (long)want;
		}
		tell(piece, (size_t)k);
		left -= (uint64_t)k;
	}
	if (!error &&
		(SYS(statx, fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &st) < 0 ||
			st.stx_size != was->stx_size || mtime_of(&st) != mtime_of(was)))
		error = -ESTALE;
	tell_word(PORTER_DONE, NULL, NULL, error);
}

static void get(const struct porter_word *w)
{
	const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	const char *name;
	struct statx st = {0};
	long dir, fd = -ENOENT, r;

	take_path(w);
	dir = open_parent(path, &name, false);
	r = dir < 0 ? dir : look(dir, name, &st);
	if (r == 0)
		r = S_ISREG(st.stx_mode) ? 0 : -EINVAL;
	if (r == 0) {
		fd = SYS(openat, dir, name, flags, 0, 0);
		r = fd < 0 ? fd
			   : SYS(statx, fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &st);
	}
	if (r == 0 && !S_ISREG(st.stx_mode))
		r = -EINVAL;
	tell_word(PORTER_FILE, NULL, r < 0 ? NULL : &st, r);
	if (r == 0)
		send_file(fd, &st);
	if (fd >= 0)
		sys_close(fd);
	if (dir >= 0)
		sys_close(dir);
	flush();
}

static void remove_path(const struct porter_word *w)
{
	const char *name;
	long dir;

	take_path(w);
	dir = open_parent(path, &name, false);
	if (dir < 0)
		return;
	drop(dir, name, 0);
	sys_close(dir);
}

_Noreturn static void serve(void)
{
	struct porter_word w;
	long r;

	top = SYS(openat, AT_FDCWD, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0, 0);
	if (top < 0)
		fail(NULL, top);
	SYS(unlinkat, top, PORTER_PART, 0, 0, 0);
	for (;;) {
		take(&w, sizeof w);
		switch (w.verb) {
		case PORTER_OWN:
			owner_uid = (uint32_t)w.size;
			owner_gid = (uint32_t)w.mtime;
			if (w.mode)
				own_all();
			if ((r = own(top, ".")) < 0)
				fail(NULL, r);
			SYS(fchmodat, top, ".", 0755, 0, 0);
			break;
		case PORTER_PUT:
			put(&w);
			break;
		case PORTER_DROP:
			remove_path(&w);
			break;
		case PORTER_LIST:
			list();
			break;
		case PORTER_GET:
			get(&w);
			break;
		case PORTER_SYNC:
			tell_word(PORTER_SYNCED, NULL, NULL, 0);
			flush();
			break;
		case PORTER_QUIT:
			sys_exit(0);
		default:
			fail(NULL, -EPROTO);
		}
	}
}

#ifdef HOLD_FREESTANDING
__attribute__((used)) _Noreturn static void porter_start(void)
{
	serve();
}

#ifdef __x86_64__
__asm__(".globl _start\n_start:\n\txor %ebp, %ebp\n\tand $-16, %rsp\n"
	"\tcall porter_start\n");
#else
__asm__(".globl _start\n_start:\n\tmov x29, #0\n\tmov x30, #0\n\tbl porter_start\n");
#endif
#else
int main(void)
{
	serve();
}
#endif
