/* SPDX-License-Identifier: MIT */
/* Lines of passwd and group files, and their fields. */
#ifndef CNNRUN_HOST_PASSWD_LINE_H
#define CNNRUN_HOST_PASSWD_LINE_H

#include <stdbool.h>
#include <stddef.h>

enum { PASSWD_FIELDS = 7, GROUP_FIELDS = 4, MAX_FIELDS = 7 };

/* A line's fields, as pieces of the text. */
struct passwd_line {
	const char *at[MAX_FIELDS];
	size_t len[MAX_FIELDS];
	int n; /* fields found, MAX_FIELDS + 1 = more */
};

/* The next line of *text, which moves on, without its end; NULL = there is none. The last
 * one may lack an end. */
const char *passwd_next(const char **text, size_t *n);
struct passwd_line passwd_split(const char *s, size_t n);
/* Its field i as a number of a user or group. */
bool passwd_number(const struct passwd_line *l, int i, unsigned long *out);
/* Is its first field this name? */
bool passwd_is(const struct passwd_line *l, const char *name);
/* Is name one of the members in its last field? */
bool passwd_has_member(const struct passwd_line *l, const char *name);

#endif
