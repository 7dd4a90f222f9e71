/* SPDX-License-Identifier: MIT */
#include "host/repository/git_config.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"

/* Up to a comment or the line's end, without quotes; a backslash keeps what follows. */
static const char *read_value(const char *p, struct buf *value)
{
	bool quoted = false;

	p += strspn(p, " \t");
	for (; *p && *p != '\n'; p++) {
		if (*p == '"') {
			quoted = !quoted;
			continue;
		}
		if (!quoted && (*p == '#' || *p == ';'))
			break;
		if (*p == '\\' && p[1])
			p++;
		if (*p != '\n')
			buf_addc(value, *p);
	}
	while (value->n && isspace((unsigned char)value->p[value->n - 1]))
		value->p[--value->n] = 0;
	return p + strcspn(p, "\n");
}

/* [name "more"]; the name alone is kept. */
static const char *read_section(const char *p, struct buf *section)
{
	bool quoted = false;

	buf_free(section);
	p++;
	buf_add(section, p, strcspn(p, " \t\"]\n"));
	for (; *p && *p != '\n' && (quoted || *p != ']'); p++)
		if (*p == '"')
			quoted = !quoted;
		else if (*p == '\\' && p[1])
			p++;
	return *p == ']' ? p + 1 : p;
}

static bool is(const struct buf *section, const char *name)
{
	return !strcasecmp(buf_str(section), name);
}

void git_config_paths(const char *p, struct strv *hooks, struct strv *includes)
{
	AUTO_BUF struct buf section = {0};

	while (*p) {
		size_t n = strcspn(p, " \t=\n");
		bool hook =
			is(&section, "core") && n == 9 && !strncasecmp(p, "hooksPath", n);
		bool include = (is(&section, "include") || is(&section, "includeIf")) &&
			       n == 4 && !strncasecmp(p, "path", n);
		AUTO_BUF struct buf value = {0};

		if (isspace((unsigned char)*p)) {
			p++;
			continue;
		}
		if (*p == '[') {
			p = read_section(p, &section);
			continue;
		}
		p += n;
		p += strspn(p, " \t");
		p = *p == '=' ? read_value(p + 1, &value) : p + strcspn(p, "\n");
		if (value.n && (hook || include))
			strv_add(hook ? hooks : includes, value.p);
	}
}
