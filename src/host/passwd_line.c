/* SPDX-License-Identifier: MIT */
#include "host/passwd_line.h"

#include <stdint.h>
#include <string.h>

struct passwd_line passwd_split(const char *s, size_t n)
{
	struct passwd_line l = {.n = 0};
	const char *end = s + n;

	for (;;) {
		const char *colon = memchr(s, ':', (size_t)(end - s));
		const char *stop = colon ? colon : end;

		if (l.n < MAX_FIELDS) {
			l.at[l.n] = s;
			l.len[l.n] = (size_t)(stop - s);
		}
		if (l.n <= MAX_FIELDS)
			l.n++;
		if (!colon)
			return l;
		s = colon + 1;
	}
}

bool passwd_number(const struct passwd_line *l, int i, unsigned long *out)
{
	unsigned long v = 0;

	if (!l->len[i] || l->len[i] > 10)
		return false;
	for (size_t k = 0; k < l->len[i]; k++) {
		char c = l->at[i][k];

		if (c < '0' || c > '9')
			return false;
		v = v * 10 + (unsigned long)(c - '0');
	}
	*out = v;
	return v <= UINT32_MAX;
}

bool passwd_is(const struct passwd_line *l, const char *name)
{
	return l->len[0] == strlen(name) && !memcmp(l->at[0], name, l->len[0]);
}

const char *passwd_next(const char **text, size_t *n)
{
	const char *start = *text;

	if (!*start)
		return NULL;
	*n = strcspn(start, "\n");
	*text = start + *n + (start[*n] == '\n');
	return start;
}

bool passwd_has_member(const struct passwd_line *l, const char *name)
{
	const char *s = l->at[3], *end = s + l->len[3];

	while (s < end) {
		const char *comma = memchr(s, ',', (size_t)(end - s));
		const char *stop = comma ? comma : end;

		if ((size_t)(stop - s) == strlen(name) && !memcmp(s, name, strlen(name)))
			return true;
		s = stop + 1;
	}
	return false;
}
