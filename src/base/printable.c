/* SPDX-License-Identifier: MIT */
#include "base/printable.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

static void add_escape(struct buf *out, const struct utf8_char *x, const char *s)
{
	if (x->n)
		buf_addf(out, "\\u{%lx}", x->c);
	else
		buf_addf(out, "\\x%02x", (unsigned char)*s);
}

static void add(struct buf *out, const char *s, bool newlines)
{
	struct utf8_char x = {0};

	for (; *s; s += x.n ? x.n : 1) {
		utf8_next(&x, s);
		if (x.plain || (newlines && x.c == '\n' && x.n))
			buf_add(out, s, x.n);
		else
			add_escape(out, &x, s);
	}
}

void add_printable(struct buf *out, const char *text)
{
	add(out, text, false);
}

void add_printable_lines(struct buf *out, const char *text)
{
	add(out, text, true);
}

bool text_is_printable(const char *s)
{
	struct utf8_char x = {.plain = true};

	for (; *s && x.plain; s += x.n)
		utf8_next(&x, s);
	return x.plain;
}

bool text_is_word(const char *s)
{
	static const char in[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "0123456789_.-";

	return *s && *s != '.' && *s != '-' && strspn(s, in) == strlen(s);
}

void str_printable(char **s)
{
	AUTO_BUF struct buf b = {0};

	if (!*s || text_is_printable(*s))
		return;
	add_printable(&b, *s);
	free(*s);
	*s = buf_take(&b);
}

void log_printable(char *s, bool newlines)
{
	struct utf8_char x = {0};

	while (*s) {
		utf8_next(&x, s);
		if (x.plain || (newlines && x.c == '\n' && x.n)) {
			s += x.n;
			continue;
		}
		do
			*s++ = '?';
		while (x.n-- > 1);
	}
}

static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			   "0123456789_@%+=:,./~#[]-";

/* A character as it is shown, and how many columns that takes at most. */
struct piece {
	size_t at, columns;
};

/* Of a character that is shown: those of Asia and emoji take two columns. */
static size_t columns(unsigned long c)
{
	return c < 0x1100 ? 1 : 2;
}

size_t columns_of(const char *text, size_t n)
{
	struct utf8_char x = {0};
	size_t sum = 0;

	for (size_t i = 0; i < n; i += x.n ? x.n : 1) {
		utf8_next(&x, text + i);
		sum += columns(x.c);
	}
	return sum;
}

static size_t cut(const char *s, bool quoted, struct buf *shown, struct piece *out)
{
	struct utf8_char x = {0};
	size_t k = 0;

	for (; *s; s += x.n ? x.n : 1) {
		size_t at = shown->n;

		utf8_next(&x, s);
		x.plain = x.plain && x.c != '\t';
		if (quoted && (*s == '"' || *s == '\\'))
			buf_addc(shown, '\\');
		if (x.plain)
			buf_add(shown, s, x.n);
		else
			add_escape(shown, &x, s);
		out[k++] = (struct piece){at, columns_of(shown->p + at, shown->n - at)};
	}
	return k;
}

/* How many pieces from the start (step 1) or the end (step -1) fit into room. */
static size_t fit(const struct piece *v, size_t n, int step, size_t room)
{
	size_t k = 0;

	for (; k < n; k++) {
		const struct piece *p = step > 0 ? &v[k] : &v[n - 1 - k];

		if (p->columns > room)
			break;
		room -= p->columns;
	}
	return k;
}

void add_quoted(struct buf *out, const char *text, size_t room)
{
	bool quoted = !*text || strspn(text, safe) != strlen(text);
	const char *quote = quoted ? "\"" : "", *gap = quoted ? "\"<...>\"" : "<...>";
	AUTO_FREE struct piece *v = xcalloc(strlen(text) + 1, sizeof *v);
	AUTO_BUF struct buf shown = {0};
	size_t n = cut(text, quoted, &shown, v), first, last;

	room = room > 16 ? room : 16;
	room -= quoted ? 2 : 0;
	buf_adds(out, quote);
	if (fit(v, n, 1, room) == n) {
		buf_adds(out, buf_str(&shown));
	} else {
		room -= strlen(gap);
		first = fit(v, n, 1, room / 2);
		last = fit(v, n, -1, room - room / 2);
		buf_add(out, shown.p, v[first].at);
		buf_adds(out, gap);
		buf_adds(out, last ? shown.p + v[n - last].at : "");
	}
	buf_adds(out, quote);
}
