/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

size_t utf8_read(const char *text, unsigned long *out)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t n = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	unsigned long c = s[0] & (0x7fU >> n);

	if (s[0] < 128) {
		*out = s[0];
		return 1;
	}
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80) /* the text's end as well */
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if ((n == 3 && c < 0x800) || (c >= 0xd800 && c <= 0xdfff) ||
		(n == 4 && (c < 0x10000 || c > 0x10ffff)))
		return 0;
	*out = c;
	return n;
}

bool utf8_valid(const char *text)
{
	unsigned long c;
	size_t n = 1;

	for (; *text && n; text += n)
		n = utf8_read(text, &c);
	return n > 0;
}

bool utf8_is_plain(unsigned long c)
{
	if (c < 32 || (c >= 127 && c < 160))
		return false;
	/* marks of direction, line separators, overrides, isolates */
	return c != 0x200e && c != 0x200f && !(c >= 0x2028 && c <= 0x202e) &&
	       !(c >= 0x2066 && c <= 0x2069);
}
