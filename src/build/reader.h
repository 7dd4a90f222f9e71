/* SPDX-License-Identifier: MIT */
/* A Dockerfile, one instruction after the other: continued lines, comments, the escape
 * directive, here-documents. */
#ifndef CNNRUN_BUILD_READER_H
#define CNNRUN_BUILD_READER_H

#include <stdbool.h>

#include "base/buf.h"

struct dockerfile_reader {
	char *begin, *text, *at;
	char escape;
	int unended; /* here-documents whose end was looked for in vain */
	/* Where in the text the last instruction stands, its here-documents not counted.
	 */
	size_t from, to;
};

/* text is cut up while it is read. */
void reader_begin(struct dockerfile_reader *r, char *text);
/* One instruction with its continued lines joined; false at the end. */
bool reader_next(struct dockerfile_reader *r, struct buf *out);
char *reader_skip_space(char *s);

#endif
