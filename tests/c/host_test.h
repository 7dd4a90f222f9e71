/* SPDX-License-Identifier: MIT */
/* What the tests of src/host/ share. */
#ifndef CNNRUN_TESTS_HOST_TEST_H
#define CNNRUN_TESTS_HOST_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/path.h"

/* assert_int_equal(0, …) that shows the error. */
#define assert_ok(call)                                                                  \
	do {                                                                             \
		e.msg[0] = 0;                                                            \
		if ((call) < 0)                                                          \
			fail_msg("%s: %s", #call, e.msg);                                \
	} while (0)

/* A new empty directory; the caller frees. */
static inline char *scratch_make(void)
{
	char *dir = xstrdup("/tmp/cnnrun-host-XXXXXX");

	assert_non_null(mkdtemp(dir));
	return dir;
}

/* Only what the tests make: files, sockets and directories, no mounts. */
static inline void scratch_remove(const char *dir)
{
	AUTO_FREE char *command = xasprintf("rm -rf '%s'", dir);

	assert_int_equal(system(command), 0);
}

static inline void write_text(const char *path, const char *text)
{
	struct err e;

	assert_ok(file_write(path, text, strlen(text), 0600, &e));
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
