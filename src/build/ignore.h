/* SPDX-License-Identifier: MIT */
/* The .dockerignore of a build. */
#ifndef CNNRUN_BUILD_IGNORE_H
#define CNNRUN_BUILD_IGNORE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "build/pattern.h"

struct ignore {
	struct pattern *v;
	size_t n;
	bool exceptions;      /* some pattern starts with "!" */
	bool deep_exceptions; /* … and has wildcards before its last part */
};
void ignore_free(struct ignore *i);
#define AUTO_IGNORE __attribute__((cleanup(ignore_free)))

/* Adds the patterns of a file's text; name is for errors. */
int ignore_parse(
	struct ignore *i, const char *text, size_t n, const char *name, struct err *e);
/* Adds "!path" when path is ignored: files the engine itself needs. */
void ignore_keep(struct ignore *i, const char *path);
/* Adds path itself: it is no part of the context, whatever was added before. */
void ignore_drop(struct ignore *i, const char *path);

/* Is path ignored? The last pattern that matches it or a directory above decides. parent
 * is what was stored in own for the path's directory, NULL at the top; own takes i->n
 * flags. */
bool ignore_match(
	const struct ignore *i, const char *path, const bool *parent, bool *own);
/* Can nothing below the ignored directory be in the context? Docker's two builders differ
 * on exceptions with wildcards: only BuildKit looks into every directory for them. */
bool ignore_prune(const struct ignore *i, const char *dir, bool classic);

#endif
