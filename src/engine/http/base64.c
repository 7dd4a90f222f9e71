/* SPDX-License-Identifier: MIT */
#include "engine/http/base64.h"

#include <stdint.h>

static int value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+' || c == '-')
		return 62;
	return c == '/' || c == '_' ? 63 : -1;
}

int base64_decode(const char *s, size_t n, struct buf *out)
{
	uint32_t bits = 0;
	int count = 0;

	buf_room(out, n / 4 * 3 + 3);
	for (size_t i = 0; i < n && s[i] != '='; i++) {
		int v = value(s[i]);

		if (s[i] == '\n' || s[i] == '\r')
			continue;
		if (v < 0)
			return -1;
		bits = bits << 6 | (uint32_t)v;
		count += 6;
		if (count >= 8) {
			count -= 8;
			buf_addc(out, (char)(bits >> count & 255));
		}
	}
	return 0;
}

void base64_encode(const void *data, size_t n, int url, struct buf *out)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *p = data;

	for (size_t i = 0; i < n; i += 3) {
		size_t k = n - i < 3 ? n - i : 3;
		uint32_t bits = (uint32_t)p[i] << 16 |
				(k > 1 ? (uint32_t)p[i + 1] << 8 : 0) |
				(k > 2 ? p[i + 2] : 0);

		for (size_t j = 0; j < 4; j++) {
			char c = plain[bits >> (18 - 6 * j) & 63];

			if (j > k)
				c = '=';
			else if (url && c == '+')
				c = '-';
			else if (url && c == '/')
				c = '_';
			buf_addc(out, c);
		}
	}
}
