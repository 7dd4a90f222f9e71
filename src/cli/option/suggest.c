/* SPDX-License-Identifier: MIT */
/* "Did you mean …": the nearest of some names by edit distance. */
#include "cli/option/option.h"

#include <string.h>

enum { NAME_MAX_LENGTH = 40 };

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* Optimal string alignment: insertions, deletions, changes, and swaps of neighbours. */
static size_t distance(const char *a, const char *b)
{
	size_t row[3][NAME_MAX_LENGTH + 1];
	size_t *before = row[0], *last = row[1], *now = row[2];
	size_t n = strlen(a), m = strlen(b);

	for (size_t j = 0; j <= m; j++)
		last[j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t *free_row = before;

		now[0] = i;
		for (size_t j = 1; j <= m; j++) {
			now[j] = min3(last[j] + 1, now[j - 1] + 1,
				last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
				a[i - 2] == b[j - 1] && before[j - 2] + 1 < now[j])
				now[j] = before[j - 2] + 1;
		}
		before = last;
		last = now;
		now = free_row;
	}
	return last[m];
}

const char *suggest(const char *given, const char *const *candidates, size_t n)
{
	const char *best = NULL;
	size_t length = strlen(given), best_distance = 1 + length / 3;

	if (!length || length > NAME_MAX_LENGTH)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		size_t d;

		if (strlen(candidates[i]) > NAME_MAX_LENGTH)
			continue;
		/* What was typed only in part is near, whatever is missing. */
		if (length >= 3 && !strncmp(given, candidates[i], length))
			d = 1;
		else
			d = distance(given, candidates[i]);
		if (d < best_distance || (d == best_distance && !best)) {
			best = candidates[i];
			best_distance = d;
		}
	}
	/* One letter says nothing about another. */
	return best && best_distance < strlen(best) ? best : NULL;
}
