/* SPDX-License-Identifier: MIT */
/* Rows of text in aligned columns. */
#ifndef CNNRUN_CLI_TABLE_H
#define CNNRUN_CLI_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/strv.h"

struct table {
	size_t columns;
	bool ends_in_text; /* the last column has sentences: shortened at their ends */
	struct strv cells; /* row by row, the heading first */
};

/* heading is NULL-terminated. */
void table_begin(struct table *t, const char *const *heading);
/* NULL shows as "-". Foreign control characters are made harmless. */
void table_cell(struct table *t, const char *text);
/* Shortens the longest cells, in their middle, until a line takes no more than the
 * terminal has; whole where standard output is none. */
void table_fit(struct table *t);
/* The same of one line that the caller owns, at its end. */
void line_fit(char **line);
/* The heading in bold, where standard output has colours. */
void table_print(const struct table *t, struct buf *out);
void table_free(struct table *t);
#define AUTO_TABLE __attribute__((cleanup(table_free)))

/* Columns a UTF-8 text takes, one a character. */
size_t text_width(const char *s);

#endif
