/* SPDX-License-Identifier: MIT */
/* System calls without a C library. -errno is the failure. */
#ifndef CNNRUN_HOLD_SYS_H
#define CNNRUN_HOLD_SYS_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

#if defined(__clang_analyzer__) /* which does not see the kernel write */
long sys6(long n, long a, long b, long c, long d, long e, long f);
#elif defined(__x86_64__)
static inline long sys6(long n, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long r;

	__asm__ volatile("syscall"
			 : "=a"(r)
			 : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return r;
}
#define HOLD_FREESTANDING
#elif defined(__aarch64__)
static inline long sys6(long n, long a, long b, long c, long d, long e, long f)
{
	register long x8 __asm__("x8") = n;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;
	register long x5 __asm__("x5") = f;

	__asm__ volatile("svc 0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
			 : "memory");
	return x0;
}
#define HOLD_FREESTANDING
#else
#include <unistd.h>
static inline long sys6(long n, long a, long b, long c, long d, long e, long f)
{
	long r = syscall(n, a, b, c, d, e, f);

	return r < 0 ? -errno : r;
}
#endif

#define SYS(name, a, b, c, d, e)                                                         \
	sys6(SYS_##name, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)

static inline long sys_open(const char *path, int flags)
{
	return SYS(openat, AT_FDCWD, path, flags | O_CLOEXEC, 0, 0);
}

static inline long sys_read(long fd, void *to, size_t n)
{
	return SYS(read, fd, to, n, 0, 0);
}

static inline long sys_write(long fd, const void *from, size_t n)
{
	return SYS(write, fd, from, n, 0, 0);
}

static inline void sys_close(long fd)
{
	SYS(close, fd, 0, 0, 0, 0);
}

_Noreturn static inline void sys_exit(int status)
{
	for (;;)
		SYS(exit_group, status, 0, 0, 0, 0);
}

static inline size_t length(const char *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n;
}

static inline bool begins(const char *s, const char *with)
{
	while (*with)
		if (*s++ != *with++)
			return false;
	return true;
}

#endif
