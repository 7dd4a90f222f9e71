/* SPDX-License-Identifier: MIT */
/* For valgrind only, as LD_PRELOAD: valgrind works inside the process it watches and
 * needs system calls and memory that the jail of profiles takes away, so the jail's
 * limits and filter are set without effect. The tests of the jail itself run without
 * this. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <linux/seccomp.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

int setrlimit(__rlimit_resource_t what, const struct rlimit *limit)
{
	(void)what;
	(void)limit;
	return 0;
}

int prctl(int option, ...)
{
	unsigned long a[4];
	int (*real)(int, ...);
	va_list ap;

	va_start(ap, option);
	for (int i = 0; i < 4; i++)
		a[i] = va_arg(ap, unsigned long);
	va_end(ap);
	if (option == PR_SET_SECCOMP)
		return 0;
	*(void **)&real = dlsym(RTLD_NEXT, "prctl");
	return real(option, a[0], a[1], a[2], a[3]);
}

/* As a kernel that has it all; valgrind knows no such call. */
static long seccomp(unsigned operation, long filter)
{
	if ((operation == SECCOMP_SET_MODE_FILTER && filter) ||
		operation == SECCOMP_GET_ACTION_AVAIL)
		return 0;
	errno = operation == SECCOMP_SET_MODE_FILTER ? EFAULT : EINVAL;
	return -1;
}

long syscall(long number, ...)
{
	long a[6];
	long (*real)(long, ...);
	va_list ap;

	va_start(ap, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(ap, long);
	va_end(ap);
	if (number == SYS_seccomp)
		return seccomp((unsigned)a[0], a[2]);
	*(void **)&real = dlsym(RTLD_NEXT, "syscall");
	return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
