/* SPDX-License-Identifier: MIT */
#include "build/reach.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "build/reach_word.h"
#include "build/sources.h"

/* Of a line with those that continue it. */
enum { LOGICAL_MAX = 65536 };

void build_reach_free(struct build_reach *r)
{
	strv_free(&r->hosts);
	strv_free(&r->frontends);
	free(r->syntax);
}

static void add_once(struct strv *v, const char *s)
{
	if (!strv_has(v, s))
		strv_add(v, s);
}

static void add_source(const char *word, struct build_reach *out)
{
	AUTO_FREE char *host = reach_word(word);

	if (host)
		add_once(&out->hosts, host);
}

/* ADD [--flag…] source… target, as words or as JSON: which of the two a builder takes it
 * for is not ours to say. */
static void read_add(const char *rest, struct build_reach *out)
{
	const char *array = strchr(rest, '[');
	AUTO_JSON cJSON *j = array ? cJSON_Parse(array) : NULL;
	AUTO_FREE char *copy = xstrdup(rest);
	const cJSON *i;
	char *save = NULL;

	cJSON_ArrayForEach(i, j) if (cJSON_IsString(i)) add_source(i->valuestring, out);
	for (char *c = copy; *c; c++)
		if (isspace((unsigned char)*c) || (unsigned char)*c >= 128)
			*c = ' ';
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save))
		if (strncmp(w, "--", 2) != 0)
			add_source(w, out);
}

/* COPY --from=image, RUN --mount=…,from=image: of a registry that is an address. */
static void add_image(void *ctx, const char *ref)
{
	struct build_reach *out = ctx;
	AUTO_FREE char *address = reach_registry(ref);

	if (strchr(ref, '$'))
		add_once(&out->hosts, REACH_ANY);
	else if (address)
		add_once(&out->hosts, address);
}

/* RUN --network=host, --security=insecure; what a variable says may be those. */
static void read_run(const char *rest, struct build_reach *out)
{
	static const char network[] = "--network=", security[] = "--security=";

	for (const char *at = rest; (at = strstr(at, "--")); at += 2) {
		if (!strncmp(at, network, sizeof network - 1)) {
			at += sizeof network - 1;
			out->host_network |= strncmp(at, "none", 4) != 0 &&
					     strncmp(at, "default", 7) != 0;
		} else if (!strncmp(at, security, sizeof security - 1)) {
			at += sizeof security - 1;
			out->insecure |= strncmp(at, "sandbox", 7) != 0;
		}
	}
}

/* Behind spaces of any alphabet. */
static const char *skip_space(const char *s)
{
	while (isspace((unsigned char)*s) || (unsigned char)*s >= 128)
		s++;
	return s;
}

/* What follows the instruction's name; NULL = it is another. */
static const char *after(const char *s, const char *name)
{
	size_t n = strlen(name);

	return !strncasecmp(s, name, n) && !isalnum((unsigned char)s[n]) ? s + n : NULL;
}

static void read_instruction(const char *text, struct build_reach *out)
{
	const char *s = skip_space(text), *rest;

	while ((rest = after(s, "ONBUILD")))
		s = skip_space(rest);
	if ((rest = after(s, "ADD")))
		read_add(rest, out);
	else if ((rest = after(s, "RUN")))
		read_run(rest, out);
	if (after(s, "RUN") || after(s, "COPY"))
		step_sources(s, true, add_image, out);
}

struct lines {
	char **v;
	size_t n;
};

/* Line i with those that continue it; returns the first that does not. Comments and empty
 * lines between them are passed over. */
static size_t join(const struct lines *l, size_t i, const char *escapes, struct buf *out)
{
	for (bool more = true; more && i < l->n; i++) {
		const char *s = l->v[i];
		size_t n = strlen(s);

		if (out->n && (*skip_space(s) == '#' || !*skip_space(s)))
			continue;
		more = n && strchr(escapes, s[n - 1]);
		buf_add(out, s, n - more);
		more = more && out->n <= LOGICAL_MAX;
	}
	return i;
}

/* Instructions as they follow each other, by that sign of continuation. */
static void read_in_order(
	const struct lines *l, const char *escape, struct build_reach *out)
{
	for (size_t i = 0; i < l->n;) {
		AUTO_BUF struct buf text = {0};

		i = join(l, i, escape, &text);
		read_instruction(buf_str(&text), out);
	}
}

/* Every line that looks like a first one: behind a here-document, or within one for a
 * builder that knows none. */
static void read_each(const struct lines *l, struct build_reach *out)
{
	for (size_t i = 0; i < l->n; i++) {
		const char *s = skip_space(l->v[i]);
		AUTO_BUF struct buf text = {0};

		if (!after(s, "ADD") && !after(s, "RUN") && !after(s, "COPY") &&
			!after(s, "ONBUILD"))
			continue;
		join(l, i, "\\`", &text);
		read_instruction(buf_str(&text), out);
	}
}

static void split(char *text, struct lines *l)
{
	size_t room = 1;

	for (const char *c = text; *c; c++)
		room += *c == '\n';
	l->v = xmalloc(room * sizeof *l->v);
	for (char *s = text, *next; s; s = next) {
		char *end = strchr(s, '\n');

		next = end ? end + 1 : NULL;
		end = end ? end : s + strlen(s);
		while (end > s && isspace((unsigned char)end[-1]))
			end--;
		*end = 0;
		l->v[l->n++] = s;
	}
}

/* "# syntax=image" among the comments at the top, or JSON in place of it. */
static void read_frontend(const struct lines *l, struct build_reach *out)
{
	for (size_t i = 0; i < l->n; i++) {
		const char *s = skip_space(l->v[i]);
		AUTO_FREE char *ref = NULL;

		if (*s == '{' || *s == '[')
			add_once(&out->frontends, "that the Dockerfile names");
		if (*s && *s != '#' && strncmp(s, "//", 2) != 0)
			return;
		s += strspn(s, "#/! \t");
		if (strncasecmp(s, "syntax", 6) != 0)
			continue;
		s += 6 + strspn(s + 6, " \t");
		if (*s != '=')
			continue;
		s += 1 + strspn(s + 1, " \t");
		ref = xstrndup(s, strcspn(s, " \t"));
		str_set(&out->syntax, ref);
		if (!reach_is_docker_frontend(ref))
			add_once(&out->frontends, ref);
	}
}

void build_reach_read(const char *text, size_t n, struct build_reach *out)
{
	AUTO_FREE char *copy = xmalloc(n + 1);
	struct lines l = {0};

	for (size_t i = 0; i < n; i++)
		copy[i] = text[i] ? text[i] : '\1'; /* no end to others */
	copy[n] = 0;
	split(copy, &l);
	read_frontend(&l, out);
	read_in_order(&l, "\\", out);
	read_in_order(&l, "`", out);
	read_each(&l, out);
	free(l.v);
}
