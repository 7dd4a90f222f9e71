/* SPDX-License-Identifier: MIT */
/* What every C test shares: cmocka behind the headers it wants, assertions that say what
 * was wrong, scratch directories. */
#ifndef CNNRUN_TESTS_TEST_H
#define CNNRUN_TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/path.h"

/* Fails the test with the words of e, the struct err of this scope. */
#define assert_ok(call)                                                                  \
	do {                                                                             \
		e.msg[0] = 0;                                                            \
		if ((call) < 0)                                                          \
			fail_msg("%s: %d: %s", #call, e.code, e.msg);                    \
	} while (0)

#define assert_has(text, part)                                                           \
	do {                                                                             \
		if (!strstr((text), (part)))                                             \
			fail_msg("no \"%s\" in: %s", (part), (text));                    \
	} while (0)

/* The C library's own function, for a test that has one of that name before it. */
#define NEXT(name) ((__typeof__(&(name)))(uintptr_t)dlsym(RTLD_NEXT, #name))

static inline __attribute__((format(printf, 1, 2))) void shell(const char *fmt, ...)
{
	va_list ap;
	char *command;

	va_start(ap, fmt);
	command = xvasprintf(fmt, ap);
	va_end(ap);
	if (system(command) != 0)
		fail_msg("failed: %s", command);
	free(command);
}

/* A new directory; scratch_end removes it and frees its name. */
static inline char *scratch_make(void)
{
	char *dir = xstrdup("/tmp/cnnrun-unit-XXXXXX");

	assert_non_null(mkdtemp(dir));
	return dir;
}

static inline void scratch_end(char *dir)
{
	shell("rm -rf '%s'", dir);
	free(dir);
}

/* Writes a file below dir, with the directories it needs. */
static inline void put(const char *dir, const char *name, const char *text)
{
	AUTO_FREE char *path = path_join(dir, name);
	AUTO_FREE char *parent = path_join(path, "..");
	struct err e = {0};

	assert_ok(dir_make(parent, 0755, &e));
	assert_ok(file_write(path, text, strlen(text), 0644, &e));
}

/* The next of a row of numbers that is the same in every run (xorshift). */
static inline uint32_t noise(void)
{
	static uint32_t x = 2463534242u;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x;
}

#endif
