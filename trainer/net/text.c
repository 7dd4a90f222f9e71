/* SPDX-License-Identifier: MIT */
#include "net/text.h"

#include <string.h>

bool text_accept(struct text *t, char c)
{
	while (t->at < t->end && strchr(" \t\r\n", *t->at))
		t->at++;
	if (t->at == t->end || *t->at != c)
		return false;
	t->at++;
	return true;
}

/* The four digits after \u; -1 for others. */
static long parse_hex(struct text *t)
{
	long v = 0;

	for (int i = 0; i < 4; i++, t->at++) {
		static const char digits[] = "0123456789abcdefABCDEF";
		const char *digit =
			t->at < t->end && *t->at ? strchr(digits, *t->at) : NULL;

		if (!digit)
			return -1;
		v = v * 16 + (digit - digits) - (digit - digits > 15 ? 6 : 0);
	}
	return v;
}

/* In UTF-8; the number of bytes. Halves of a pair stay apart: names are only compared. */
static size_t put_character(char to[3], long c)
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (char)(0xc0 | c >> 6);
		to[1] = (char)(0x80 | (c & 63));
		return 2;
	}
	to[0] = (char)(0xe0 | c >> 12);
	to[1] = (char)(0x80 | (c >> 6 & 63));
	to[2] = (char)(0x80 | (c & 63));
	return 3;
}

/* After a backslash: what it stands for, into to[3]; 0 when for nothing. */
static size_t parse_escape(struct text *t, char *to)
{
	static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	const char *name;
	long c;

	if (t->at == t->end || !*t->at)
		return 0;
	if (*t->at == 'u') {
		t->at++;
		c = parse_hex(t);
		return c > 0 ? put_character(to, c) : 0;
	}
	name = strchr(names, *t->at++);
	if (!name)
		return 0;
	*to = values[name - names];
	return 1;
}

bool text_string(struct text *t, char *to, size_t room)
{
	size_t n = 0;

	if (!text_accept(t, '"'))
		return false;
	while (t->at < t->end && *t->at != '"') {
		char c[3] = {*t->at++};
		size_t size = c[0] == '\\' ? parse_escape(t, c) : 1;

		if (size == 0 || (unsigned char)t->at[-1] < ' ' || !c[0] ||
			(to && n + size >= room))
			return false;
		if (to)
			memcpy(to + n, c, size);
		n += size;
	}
	if (to)
		to[n] = 0;
	return text_accept(t, '"');
}
