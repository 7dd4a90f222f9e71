/* SPDX-License-Identifier: MIT */
/* What lies in a carried directory, here or over there, one thing after the other: the
 * same order everywhere, so that lists of any length are compared while they are read. */
#ifndef CNNRUN_LAUNCH_CARRY_ENTRY_H
#define CNNRUN_LAUNCH_CARRY_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

#include "base/err.h"

enum { CARRY_PATH_MAX = 4095 };

struct carry_entry {
	const char *path; /* below the directory; borrowed until the next one */
	mode_t mode;
	int64_t size, mtime; /* bytes, nanoseconds */
	/* In a list: */
	bool there_only; /* it never came home, and is not to */
	bool again;      /* it was being written when it went over */
};

/* 1 = the next one, 0 = the end, -1 = e. */
struct carry_source {
	int (*next)(void *ctx, struct carry_entry *out, struct err *e);
	void *ctx;
};

/* One of several sources that are read side by side. */
struct carry_side {
	struct carry_source from;
	struct carry_entry at;
	bool here; /* at is one */
};
int carry_advance(struct carry_side *s, struct err *e);
/* The first path of those at hand, of n sides; NULL = all are at their end. */
const char *carry_first(const struct carry_side *v, size_t n);
/* Is it the one at hand? */
bool carry_is(const struct carry_side *s, const char *path);

/* Relative, folded, and not too long? */
bool carry_path_ok(const char *path);
/* Directories before what is in them, the names in one by their bytes. */
int carry_order(const char *a, const char *b);
/* Is it the same, as far as that shows without looking into it? */
bool carry_same(const struct carry_entry *a, const struct carry_entry *b);
int64_t carry_mtime(const struct stat *st);
struct timespec carry_time(int64_t mtime); /* and back */

#endif
