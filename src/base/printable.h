/* SPDX-License-Identifier: MIT */
/* Text that others wrote, on its way to a screen. What utf8_is_plain does not let through
 * becomes an escape, \u{202e}; so do bytes that are no UTF-8, \xff, and marks that pile
 * up over one character. The log functions do that themselves; what has been done once
 * stays as it is. */
#ifndef CNNRUN_BASE_PRINTABLE_H
#define CNNRUN_BASE_PRINTABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Appends one line; tabs are kept. */
void add_printable(struct buf *out, const char *text);
/* The same of text whose lines may end. */
void add_printable_lines(struct buf *out, const char *text);
/* Replaces *s, which may be NULL, by what add_printable makes of it. */
void str_printable(char **s);
/* Is there nothing in it to be escaped? */
bool text_is_printable(const char *text);

/* May a shell's completion offer it as it is? Letters, digits, "_", ".", "-", the first
 * none of the last two. */
bool text_is_word(const char *text);

/* Appends one word that cannot be taken for the words around it: as it is, or in quotes
 * with "\" before a quote, where it has more than ASCII letters, digits and /._- and the
 * like. It takes at most room columns: of a longer one both ends are seen. */
void add_quoted(struct buf *out, const char *text, size_t room);

/* How many columns n bytes of what can be shown take at most. */
size_t columns_of(const char *text, size_t n);

/* Where there is no room to grow: '?' for each byte that cannot be shown. */
void log_printable(char *s, bool newlines);

#endif
