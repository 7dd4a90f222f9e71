/* SPDX-License-Identifier: MIT */
/* docker run --env-file: NAME=value with nothing taken off the value, NAME alone for the
 * host's, # comments. */
#include "launch/resolve/env_file.h"

#include <errno.h>
#include <string.h>

#include "base/utf8.h"

enum { LINE_MAX_BYTES = 64 << 10 }; /* docker reads no longer one */

int env_file_tell(struct env_sink *to, const char *name, const char *value, struct err *e)
{
	if (++to->n > ENV_FILE_VARIABLES)
		return err_set(e, E2BIG,
			"more than %d variables; give the program a file to read with "
			"c:mount",
			ENV_FILE_VARIABLES);
	to->add(to->ctx, name, value);
	return 0;
}

int env_file_not_utf8(struct err *e)
{
	return err_set(
		e, EILSEQ, "not UTF-8: other bytes reach the engine changed; rewrite it");
}

/* Go's unicode.IsSpace, which is what docker takes off a line's begin. */
static bool is_space(unsigned long c)
{
	return (c >= '\t' && c <= '\r') || c == ' ' || c == 0x85 || c == 0xa0 ||
	       c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
	       c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

static const char *skip_spaces(const char *s)
{
	unsigned long c;
	size_t n;

	while (*s && (n = utf8_read(s, &c)) && is_space(c))
		s += n;
	return s;
}

static int blank_in_name(const char *name, struct err *e)
{
	if (!strncmp(name, "export ", 7))
		return err_set(e, EINVAL,
			"\"export\" is no part of docker's format: take it out, or read "
			"the file with { quotes = true }");
	return err_set(e, EINVAL,
		"a name has a blank in it: write NAME=value; a value over several lines "
		"needs quotes and { quotes = true }");
}

static int read_line(char *text, struct env_sink *to, struct err *e)
{
	char *line, *equals;

	if (strlen(text) >= LINE_MAX_BYTES)
		return err_set(e, E2BIG,
			"longer than %d bytes, which docker reads no line of",
			LINE_MAX_BYTES - 1);
	if (!utf8_valid(text))
		return env_file_not_utf8(e);
	if (*text && text[strlen(text) - 1] == '\r')
		text[strlen(text) - 1] = 0;
	line = text + (skip_spaces(text) - text);
	if (!*line || *line == '#')
		return 0;
	equals = strchr(line, '=');
	if (equals == line)
		return err_set(
			e, EINVAL, "there is no name before the \"=\"; write NAME=value");
	if (equals)
		*equals = 0;
	if (strpbrk(line, " \t"))
		return blank_in_name(line, e);
	return env_file_tell(to, line, equals ? equals + 1 : NULL, e);
}

int env_file_plain(char *text, struct env_sink *to, struct err *e)
{
	if (!strncmp(text, "\xef\xbb\xbf", 3))
		text += 3;
	for (char *line = text, *end; line; line = end) {
		end = strchr(line, '\n');
		if (end)
			*end++ = 0;
		to->line++;
		if (read_line(line, to, e) < 0)
			return -1;
	}
	return 0;
}
