/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

#include "base/mem.h"

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

bool utf8_in(const struct utf8_range *v, size_t n, unsigned long c)
{
	size_t low = 0;

	while (low < n) {
		size_t middle = low + (n - low) / 2;

		if (c > v[middle].last)
			low = middle + 1;
		else if (c < v[middle].first)
			n = middle;
		else
			return true;
	}
	return false;
}

/* What Unicode calls Cc, Cf, Zl, Zp, Cs, Co, no character, or Default_Ignorable, and two
 * more that are drawn as nothing. */
static const struct utf8_range hidden[] = {
	{0x0, 0x1f},         /* C0: steers a terminal */
	{0x7f, 0x9f},        /* DEL and C1: the same */
	{0xad, 0xad},        /* soft hyphen: seen at a line's end only */
	{0x34f, 0x34f},      /* grapheme joiner: not seen */
	{0x600, 0x605},      /* Arabic signs that reach below what follows */
	{0x61c, 0x61c},      /* Arabic mark of direction */
	{0x6dd, 0x6dd},      /* end of ayah: encloses what follows */
	{0x70f, 0x70f},      /* Syriac abbreviation: draws over what follows */
	{0x890, 0x891},      /* Arabic pound and piastre: below what follows */
	{0x8e2, 0x8e2},      /* disputed end of ayah: encloses what follows */
	{0x115f, 0x1160},    /* Hangul fillers: look like a blank */
	{0x17b4, 0x17b5},    /* Khmer inherent vowels: not seen */
	{0x180b, 0x180f},    /* Mongolian selectors, vowel separator: not seen */
	{0x200b, 0x200f},    /* zero width; marks of direction */
	{0x2028, 0x202e},    /* separators of lines; embeddings and overrides */
	{0x2060, 0x206f},    /* joiners, invisible operators, isolates: not seen */
	{0x2800, 0x2800},    /* Braille without a dot: looks like a blank */
	{0x3164, 0x3164},    /* Hangul filler: looks like a blank */
	{0xd800, 0xf8ff},    /* halves of pairs; private use: a font's own idea */
	{0xfdd0, 0xfdef},    /* no characters */
	{0xfe00, 0xfe0f},    /* variation selectors: not seen */
	{0xfeff, 0xfeff},    /* byte order mark: not seen */
	{0xffa0, 0xffa0},    /* halfwidth Hangul filler: looks like a blank */
	{0xfff0, 0xfffb},    /* reserved, not seen; annotations: hide or move text */
	{0xfffe, 0xffff},    /* no characters */
	{0x110bd, 0x110bd},  /* Kaithi number sign: below what follows */
	{0x110cd, 0x110cd},  /* Kaithi number sign above: over what follows */
	{0x13430, 0x1343f},  /* hieroglyphs: join and stack those around */
	{0x1bca0, 0x1bca3},  /* shorthand: moves what follows */
	{0x1d173, 0x1d17a},  /* beams and slurs: not seen */
	{0xe0000, 0xe0fff},  /* tags, variation selectors: not seen */
	{0xf0000, 0x10ffff}, /* private use */
};

bool utf8_is_plain(unsigned long c)
{
	return (c & 0xfffe) != 0xfffe && !utf8_in(hidden, COUNT_OF(hidden), c);
}

/* Languages need up to four over one character; more reach into other lines. */
enum { MARKS_MAX = 4 };

void utf8_next(struct utf8_char *x, const char *s)
{
	x->n = utf8_read(s, &x->c);
	x->marks = x->n && utf8_is_mark(x->c) ? x->marks + 1 : 0;
	x->plain = x->n && (utf8_is_plain(x->c) || x->c == '\t') && x->marks <= MARKS_MAX;
}
