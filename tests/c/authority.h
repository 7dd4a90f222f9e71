/* SPDX-License-Identifier: MIT */
/* Writes files of X cookies. */
#ifndef CNNRUN_TESTS_AUTHORITY_H
#define CNNRUN_TESTS_AUTHORITY_H

#include "test.h"

#include <X11/Xauth.h>

/* Appends one entry to the file. */
static inline void authority_add(const char *path, unsigned family, const char *address,
	const char *number, const void *cookie, size_t n)
{
	char name[] = "MIT-MAGIC-COOKIE-1";
	AUTO_FREE char *a = xstrdup(address), *d = xstrdup(number), *data = xmalloc(n);
	Xauth x = {(unsigned short)family, (unsigned short)strlen(a), a,
		(unsigned short)strlen(d), d, sizeof name - 1, name, (unsigned short)n,
		data};
	FILE *f = fopen(path, "ab");

	memcpy(data, cookie, n);
	assert_non_null(f);
	assert_true(XauWriteAuth(f, &x));
	assert_int_equal(fclose(f), 0);
}

#endif
