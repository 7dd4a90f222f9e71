/* SPDX-License-Identifier: MIT */
#include "porter/inner.h"

enum { BUFFER = 256 << 10 };

static char in[BUFFER], out[BUFFER];
static size_t in_at, in_n, out_n;

static void fill(void)
{
	long k;

	do
		k = sys_read(0, in, sizeof in);
	while (k == -EINTR);
	if (k <= 0)
		sys_exit(k < 0);
	in_at = 0;
	in_n = (size_t)k;
}

/* What is there of the next n bytes, at least one. */
static size_t some(uint64_t n)
{
	if (in_at == in_n)
		fill();
	return n < in_n - in_at ? (size_t)n : in_n - in_at;
}

static void copy(char *to, const char *from, size_t n)
{
	while (n--) {
		/* NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign): structs */
		*to++ = *from++;
	}
}

void take(void *to, size_t n)
{
	char *p = to;

	while (n) {
		size_t k = some(n);

		copy(p, in + in_at, k);
		in_at += k;
		p += k;
		n -= k;
	}
}

static long write_all(long fd, const char *from, size_t n)
{
	while (n) {
		long k = sys_write(fd, from, n);

		if (k == -EINTR)
			continue;
		if (k <= 0)
			return k ? k : -EIO;
		from += k;
		n -= (size_t)k;
	}
	return 0;
}

long take_into(long fd, uint64_t n)
{
	long r = 0;

	while (n) {
		size_t k = some(n);

		if (!r)
			r = write_all(fd, in + in_at, k);
		in_at += k;
		n -= k;
	}
	return r;
}

void flush(void)
{
	if (write_all(1, out, out_n) < 0)
		sys_exit(1);
	out_n = 0;
}

void tell(const void *from, size_t n)
{
	if (n > sizeof out - out_n)
		flush();
	if (n > sizeof out / 4) {
		flush();
		if (write_all(1, from, n) < 0)
			sys_exit(1);
		return;
	}
	copy(out + out_n, from, n);
	out_n += n;
}

int64_t mtime_of(const struct statx *st)
{
	return st->stx_mtime.tv_sec * 1000000000 + st->stx_mtime.tv_nsec;
}

void tell_word(
	enum porter_verb verb, const char *path, const struct statx *st, long error)
{
	struct porter_word w = {.verb = verb, .error = (int32_t)-error};

	w.path_n = path ? (uint32_t)length(path) : 0;
	if (st) {
		w.mode = st->stx_mode;
		w.size = st->stx_size;
		w.mtime = mtime_of(st);
	}
	tell(&w, sizeof w);
	tell(path, w.path_n);
}

_Noreturn void fail(const char *path, long error)
{
	tell_word(PORTER_FAILED, path, NULL, error);
	flush();
	sys_exit(1);
}
