/* SPDX-License-Identifier: MIT */
#include "build/newer.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

static const struct {
	const char *instruction, *mark;
	int api;
	struct newer is;
} marks[] = {
	{"RUN", "<<", 42, {0, "here-documents (<<)", "23"}},
	{"COPY", "<<", 42, {0, "here-documents (<<)", "23"}},
	{"COPY", "--link", 42, {0, "--link", "23"}},
	{"ADD", "--link", 42, {0, "--link", "23"}},
	{"RUN", "--network=", 42, {0, "RUN --network", "23"}},
	{"COPY", "--exclude", 51, {0, "--exclude", "28.5"}},
	{"ADD", "--exclude", 51, {0, "--exclude", "28.5"}},
};

/* s holds it as the beginning of a word. */
static bool has_word(const char *s, const char *mark)
{
	for (const char *at = s; (at = strstr(at, mark)); at++)
		if (at > s && isspace((unsigned char)at[-1]))
			return true;
	return false;
}

static bool is_newer(const char *line, int api_minor, struct newer *out)
{
	line += strspn(line, " \t");
	for (size_t i = 0; i < COUNT_OF(marks); i++) {
		size_t n = strlen(marks[i].instruction);

		if (api_minor < marks[i].api &&
			!strncasecmp(line, marks[i].instruction, n) &&
			isspace((unsigned char)line[n]) &&
			has_word(line, marks[i].mark)) {
			*out = marks[i].is;
			return true;
		}
	}
	return false;
}

bool dockerfile_newer(const char *text, size_t n, int api_minor, struct newer *out)
{
	AUTO_FREE char *copy = xstrndup(text, n);
	char *next = copy;

	for (int number = 1; next; number++) {
		char *line = next, *end = strchr(line, '\n');

		next = end ? end + 1 : NULL;
		if (end)
			*end = 0;
		if (is_newer(line, api_minor, out)) {
			out->line = number;
			return true;
		}
	}
	return false;
}
