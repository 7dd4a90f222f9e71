/* SPDX-License-Identifier: MIT */
#include "launch/lock/package_text.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

enum { WORD_MAX = 200 };

/* Bytes of a text. */
struct span {
	const char *p;
	size_t n;
};

static struct span span(const char *s)
{
	return (struct span){s, strlen(s)};
}

static char *clean(const char *s, size_t n)
{
	char *word = xstrndup("", 0);
	AUTO_BUF struct buf b = {0};

	for (size_t i = 0; i < n && i < WORD_MAX; i++)
		buf_addc(&b, s[i] > ' ' && s[i] < 127 ? s[i] : '?');
	str_set(&word, buf_str(&b));
	return word;
}

void packages_add(struct kvs *out, const char *name, size_t n_name, const char *version,
	size_t n_version)
{
	AUTO_FREE char *key = clean(name, n_name), *value = clean(version, n_version);

	if (*key && *value && out->n < PACKAGES_MAX)
		kvs_add(out, key, value);
}

/* The next line of rest, which is cut; false = there is none. */
static bool next_line(struct span *rest, struct span *line)
{
	const char *end;

	if (!rest->n)
		return false;
	end = memchr(rest->p, '\n', rest->n);
	line->p = rest->p;
	line->n = end ? (size_t)(end - rest->p) : rest->n;
	rest->p += line->n + (end != NULL);
	rest->n -= line->n + (end != NULL);
	if (line->n && line->p[line->n - 1] == '\r')
		line->n--;
	return true;
}

/* "Key: value" of that key; else value stays. */
static void field(const struct span *line, const char *key, struct span *value)
{
	size_t k = strlen(key), at = k;

	if (line->n <= k || strncasecmp(line->p, key, k) != 0)
		return;
	while (at < line->n && (line->p[at] == ' ' || line->p[at] == '\t'))
		at++;
	*value = (struct span){line->p + at, line->n - at};
	while (value->n && isspace((unsigned char)value->p[value->n - 1]))
		value->n--;
}

static bool ends_with(const struct span *s, const char *end)
{
	size_t n = strlen(end);

	return s->n >= n && !memcmp(s->p + s->n - n, end, n);
}

struct stanza {
	struct span name, version, status;
};

static void add_stanza(struct stanza *s, struct kvs *out)
{
	/* one that was removed, its configuration kept, has a version as well */
	if (!s->status.n || ends_with(&s->status, " installed"))
		packages_add(out, s->name.p, s->name.n, s->version.p, s->version.n);
	*s = (struct stanza){span(""), span(""), span("")};
}

static void read_stanzas(const struct buf *text, const char *name, const char *version,
	const char *status, struct kvs *out)
{
	struct span rest = {buf_str(text), text->n}, line;
	struct stanza s = {span(""), span(""), span("")};

	while (next_line(&rest, &line)) {
		if (!line.n)
			add_stanza(&s, out);
		field(&line, name, &s.name);
		field(&line, version, &s.version);
		if (status)
			field(&line, status, &s.status);
	}
	add_stanza(&s, out);
}

void packages_dpkg(const struct buf *text, struct kvs *out)
{
	read_stanzas(text, "Package:", "Version:", "Status:", out);
}

void packages_apk(const struct buf *text, struct kvs *out)
{
	read_stanzas(text, "P:", "V:", NULL, out);
}

/* As PEP 503 has it: names that mean the same are the same. */
static char *python_name(const struct span *name)
{
	AUTO_BUF struct buf b = {0};

	for (size_t i = 0; i < name->n && i < WORD_MAX; i++) {
		bool dash = strchr("-_.", name->p[i]) != NULL;

		if (dash && b.n && b.p[b.n - 1] == '-')
			continue;
		buf_addc(&b, dash ? '-' : (char)tolower((unsigned char)name->p[i]));
	}
	return buf_take(&b);
}

/* "numpy-1.26.4.dist-info", "six-1.16.0-py3.11.egg-info" */
static void from_directory(const char *dir, struct stanza *s)
{
	const char *dash = strchr(dir, '-'), *end;

	if (!dash)
		return;
	end = dash + 1 + strcspn(dash + 1, "-");
	for (const char *dot = strrchr(dash, '.'); dot && dot < end; dot = NULL)
		end = dot;
	s->name = (struct span){dir, (size_t)(dash - dir)};
	s->version = (struct span){dash + 1, (size_t)(end - dash - 1)};
}

void packages_python(const struct buf *text, const char *dir, struct kvs *out)
{
	struct span rest = {buf_str(text), text->n}, line;
	struct stanza s = {span(""), span(""), span("")}, named;
	AUTO_FREE char *name = NULL;

	while (next_line(&rest, &line) && line.n) {
		field(&line, "Name:", &s.name);
		field(&line, "Version:", &s.version);
	}
	named = s;
	from_directory(dir, &named);
	if (!s.name.n || !s.version.n)
		s = named;
	name = python_name(&s.name);
	packages_add(out, name, strlen(name), s.version.p, s.version.n);
}
