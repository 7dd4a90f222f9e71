/* SPDX-License-Identifier: MIT */
/* Characters of text that others wrote. */
#ifndef CNNRUN_BASE_UTF8_H
#define CNNRUN_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* The bytes of the character at s, 0 when it is no well-formed UTF-8 (RFC 3629). */
size_t utf8_read(const char *s, unsigned long *c);
/* Is all of it well-formed? */
bool utf8_valid(const char *text);
/* May c be shown? Not what steers a terminal, ends a line, reverses the direction of the
 * text around it, or is not seen. */
bool utf8_is_plain(unsigned long c);
/* Is c drawn over the character before it? */
bool utf8_is_mark(unsigned long c);

/* The characters of a text, one after the other. Zero-initialise. */
struct utf8_char {
	unsigned long c;
	size_t n;   /* its bytes; 0 = no UTF-8 */
	bool plain; /* a screen may get it: plain or a tab, and no pile of marks */
	int marks;  /* how many in a row, this one included */
};
void utf8_next(struct utf8_char *x, const char *s);

/* Shared by the files of utf8: is c in one of n ranges, which are in order? */
struct utf8_range {
	unsigned long first, last;
};
bool utf8_in(const struct utf8_range *v, size_t n, unsigned long c);

#endif
