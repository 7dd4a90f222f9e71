/* SPDX-License-Identifier: MIT */
/* As much of the Dockerfile's language as the names of its images need: continued lines,
 * comments, the escape directive, here-documents, global ARGs. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "build/dockerfile.h"
#include "build/expand.h"
#include "build/sources.h"

struct reader {
	char *text, *at;
	char escape;
	int unended; /* here-documents whose end was looked for in vain */
};

/* No Dockerfile that was written to be built has more of these: searches through the rest
 * of the file, and stages or global arguments. */
enum { UNENDED_MAX = 100, STAGES_MAX = 1000 };

static char *raw_line(struct reader *r)
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

static char *skip_space(char *s)
{
	while (isspace((unsigned char)*s))
		s++;
	return s;
}

/* "# escape=`" at the top; the first line that is no directive ends them. */
static void read_directives(struct reader *r)
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
static void skip_heredocs(struct reader *r, const char *instruction)
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

/* One instruction with its continued lines joined; false at the end. */
static bool next_instruction(struct reader *r, struct buf *out)
{
	char *line;

	buf_free(out);
	while ((line = raw_line(r))) {
		char *s = skip_space(line);
		size_t n;

		if (*s == '#' || !*s)
			continue;
		if (out->n) /* what parts words there is its own indentation only */
			s = line;
		n = strlen(s);
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

/* ARG NAME[=default] …: before the first FROM they are for FROM lines. */
static void global_arg(
	char *s, char escape, const struct kvs *arguments, struct kvs *vars)
{
	char *save = NULL;

	for (char *w = strtok_r(s, " \t", &save); w; w = strtok_r(NULL, " \t", &save)) {
		AUTO_BUF struct buf value = {0};
		char *eq = strchr(w, '=');
		const char *given;

		if (eq)
			*eq = 0;
		given = kvs_get(arguments, w);
		if (given)
			buf_adds(&value, given);
		else if (eq)
			expand(eq + 1, vars, escape, &value);
		else
			continue;
		kvs_set(vars, w, buf_str(&value));
	}
}

static bool has_name(const struct strv *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++)
		if (!strcasecmp(names->v[i], name))
			return true;
	return false;
}

/* FROM [--flag…] image [AS name]; false = the image is none that could be told. */
static bool from(char *s, char escape, const struct kvs *vars, struct strv *stages,
	struct strv *out)
{
	AUTO_BUF struct buf image = {0};
	char *save = NULL;
	char *w = strtok_r(s, " \t", &save);
	const char *as, *name;
	bool told;

	while (w && !strncmp(w, "--", 2))
		w = strtok_r(NULL, " \t", &save);
	if (!w)
		return false;
	expand(w, vars, escape, &image);
	told = image.n && !strchr(image.p, EXPAND_UNKNOWN) &&
	       strcmp(image.p, "scratch") != 0;
	if (told && !has_name(stages, image.p) && !strv_has(out, image.p))
		strv_add(out, image.p);
	as = strtok_r(NULL, " \t", &save);
	name = as && !strcasecmp(as, "AS") ? strtok_r(NULL, " \t", &save) : NULL;
	if (name)
		strv_add(stages, name);
	return told;
}

/* What steps name so far, stages among it. */
static void add_source(void *ctx, const char *name)
{
	struct strv *named = ctx;

	if (named->n < STAGES_MAX && !strchr(name, '$') && !source_is_number(name) &&
		!strv_has(named, name))
		strv_add(named, name);
}

static bool is_word(const char *line, size_t n, const char *word)
{
	return n == strlen(word) && !strncasecmp(line, word, n);
}

/* BuildKit declares these itself. */
static const char *const platform_names[] = {"TARGETPLATFORM", "TARGETOS", "TARGETARCH",
	"TARGETVARIANT", "BUILDPLATFORM", "BUILDOS", "BUILDARCH", "BUILDVARIANT"};

bool dockerfile_images(const char *text, size_t n, const struct kvs *arguments,
	struct strv *bases, struct strv *sources)
{
	AUTO_FREE char *copy = xstrndup(text, n);
	struct reader r = {.text = copy, .at = copy, .escape = '\\'};
	AUTO_BUF struct buf line = {0};
	AUTO_KVS struct kvs vars = {0};
	AUTO_STRV struct strv stages = {0}, named = {0};
	bool global = true, all = true;

	if (!strncmp(r.at, "\xef\xbb\xbf", 3))
		r.text = r.at += 3;
	read_directives(&r);
	for (size_t i = 0; i < COUNT_OF(platform_names); i++) {
		const char *value = kvs_get(arguments, platform_names[i]);

		if (value)
			kvs_set(&vars, platform_names[i], value);
	}
	while (next_instruction(&r, &line)) {
		size_t word = strcspn(line.p, " \t");
		char *rest = skip_space(line.p + word);

		if (is_word(line.p, word, "ARG") && global && vars.n < STAGES_MAX)
			global_arg(rest, r.escape, arguments, &vars);
		if (is_word(line.p, word, "COPY") || is_word(line.p, word, "RUN"))
			step_sources(line.p, false, add_source, &named);
		if (!is_word(line.p, word, "FROM"))
			continue;
		if (stages.n + bases->n > STAGES_MAX)
			return false;
		global = false;
		all &= from(rest, r.escape, &vars, &stages, bases);
	}
	for (size_t i = 0; i < named.n; i++)
		if (!has_name(&stages, named.v[i]))
			strv_add(sources, named.v[i]);
	return all;
}
