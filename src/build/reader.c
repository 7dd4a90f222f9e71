/* SPDX-License-Identifier: MIT */
#include "build/reader.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* No Dockerfile that was written to be built has more searches through the rest of it. */
enum { UNENDED_MAX = 100 };

static char *raw_line(struct dockerfile_reader *r)
{
	char *line = r->at, *end;

	if (!line || !*line)
		return NULL;
	end = strchr(line, '\n');
	r->at = end ? end + 1 : NULL;
	if (end)
		*end = 0;
	else
		end = line + strlen(line);
	while (end > line && isspace((unsigned char)end[-1]))
		*--end = 0;
	return line;
}

char *reader_skip_space(char *s)
{
	while (isspace((unsigned char)*s))
		s++;
	return s;
}

/* "# escape=`" at the top; the first line that is no directive ends them. */
static void read_directives(struct dockerfile_reader *r)
{
	const char *s = r->text;

	while (s && *s == '#') {
		const char *name = s + 1 + strspn(s + 1, " \t"), *value = name;

		while (isalnum((unsigned char)*value))
			value++;
		if (value == name)
			return;
		value += strspn(value, " \t");
		if (*value != '=')
			return;
		value += 1 + strspn(value + 1, " \t");
		if (!strncasecmp(name, "escape", 6) && (*value == '`' || *value == '\\'))
			r->escape = *value;
		s = strchr(s, '\n');
		s = s ? s + 1 : NULL;
	}
}

/* After the line that is name, tabs before it aside; NULL when there is none. */
static char *after_line(char *text, const char *name)
{
	while (text) {
		char *end = strchr(text, '\n');
		size_t indent = strspn(text, "\t"), n = strlen(name);
		const char *rest = text + indent + n;

		if (!strncmp(text + indent, name, n) && !rest[*rest == '\r' ? 1 : 0])
			return NULL; /* the last line of the file */
		if (!strncmp(text + indent, name, n) && rest[*rest == '\r'] == '\n')
			return end + 1;
		text = end ? end + 1 : NULL;
	}
	return NULL;
}

/* Skips the bodies of here-documents that an instruction opens: words like <<EOF. */
static void skip_heredocs(struct dockerfile_reader *r, const char *instruction)
{
	const char *p = instruction;

	if (strncasecmp(p, "RUN", 3) != 0 && strncasecmp(p, "COPY", 4) != 0 &&
		strncasecmp(p, "ADD", 3) != 0)
		return;
	while ((p = strstr(p, "<<"))) {
		AUTO_BUF struct buf name = {0};
		const char *before = p;
		char *after;

		while (before > instruction && isdigit((unsigned char)before[-1]))
			before--;
		p += 2 + (p[2] == '-');
		if (before > instruction && !isspace((unsigned char)before[-1]))
			continue;
		for (; *p && !isspace((unsigned char)*p) && *p != '<'; p++)
			if (*p != '\'' && *p != '"')
				buf_addc(&name, *p);
		if (!name.n || !r->at || r->unended == UNENDED_MAX)
			continue;
		after = after_line(r->at, name.p);
		if (after)
			r->at = after;
		else
			r->unended++;
	}
}

void reader_begin(struct dockerfile_reader *r, char *text)
{
	*r = (struct dockerfile_reader){
		.begin = text, .text = text, .at = text, .escape = '\\'};
	if (!strncmp(r->at, "\xef\xbb\xbf", 3))
		r->text = r->at += 3;
	read_directives(r);
}

bool reader_next(struct dockerfile_reader *r, struct buf *out)
{
	char *line;

	buf_free(out);
	while ((line = raw_line(r))) {
		char *s = reader_skip_space(line);
		size_t n;

		if (*s == '#' || !*s)
			continue;
		if (out->n) /* what parts words there is its own indentation only */
			s = line;
		else
			r->from = (size_t)(s - r->begin);
		n = strlen(s);
		r->to = (size_t)(s - r->begin) + n;
		if (s[n - 1] == r->escape) {
			buf_add(out, s, n - 1);
			continue;
		}
		buf_add(out, s, n);
		skip_heredocs(r, out->p);
		return true;
	}
	return out->n > 0;
}
