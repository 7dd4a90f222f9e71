/* SPDX-License-Identifier: MIT */
#include "plan/shell_word.h"

#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "base/printable.h"

/* $'…', where a terminal could not show the word as it is. bash, zsh, ksh and busybox
 * read it. */
static bool ansi(struct buf *b, const char *s)
{
	if (text_is_printable(s) && !strchr(s, '\t'))
		return false;
	buf_adds(b, "$'");
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c < 32 || c > 126)
			buf_addf(b, "\\%03o", c);
		else
			buf_addf(b, c == '\'' || c == '\\' ? "\\%c" : "%c", c);
	}
	buf_addc(b, '\'');
	return true;
}

/* Single quotes, unless nothing in the word needs them. */
void shell_word(struct buf *b, const char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_@%+=:,./-";

	if (*s && strspn(s, plain) == strlen(s)) {
		buf_adds(b, s);
		return;
	}
	if (ansi(b, s))
		return;
	buf_addc(b, '\'');
	for (; *s; s++) {
		if (*s == '\'')
			buf_adds(b, "'\\''");
		else
			buf_addc(b, *s);
	}
	buf_addc(b, '\'');
}

void shell_words(struct buf *b, const struct strv *words, size_t from)
{
	for (size_t i = from; i < words->n; i++) {
		buf_addc(b, ' ');
		shell_word(b, words->v[i]);
	}
}
