/* SPDX-License-Identifier: MIT */
/* Files of variables, as docker's own client reads them, and as compose does. No message
 * holds anything of the text: what is read here are secrets. */
#ifndef CNNRUN_LAUNCH_RESOLVE_ENV_FILE_H
#define CNNRUN_LAUNCH_RESOLVE_ENV_FILE_H

#include <stddef.h>

#include "base/err.h"

enum {
	ENV_FILE_MAX = 1 << 20,   /* bytes */
	ENV_FILE_VARIABLES = 4096 /* lines that say one */
};

/* What is told of each variable; value NULL = the host's own, if it has one. */
struct env_sink {
	void (*add)(void *ctx, const char *name, const char *value);
	void *ctx;
	size_t n;    /* told so far */
	size_t line; /* the number of the line that was begun last */
};

/* Each reads the whole text; the first changes it. -1 with e, which
 * says what is wrong in line to->line, and the cure. */
int env_file_plain(char *text, struct env_sink *to, struct err *e);
int env_file_quoted(const char *text, struct env_sink *to, struct err *e);
/* Used by both: one more variable, unless they are too many. */
int env_file_tell(
	struct env_sink *to, const char *name, const char *value, struct err *e);
int env_file_not_utf8(struct err *e);

#endif
