/* SPDX-License-Identifier: MIT */
/* As much of the Dockerfile's language as the names of its images need: stages and global
 * ARGs. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "build/dockerfile.h"
#include "build/expand.h"
#include "build/reader.h"
#include "build/sources.h"

/* No Dockerfile that was written to be built has more stages or global arguments. */
enum { STAGES_MAX = 1000 };

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

/* One that is read: what it says, where it stands, what was found so far. */
struct reading {
	struct dockerfile_reader r;
	const struct dockerfile_places *places; /* NULL = nobody wants to know */
	struct strv named, *bases;              /* what steps name, stages among it */
};

static void tell(const struct reading *d, const char *name, const char *word)
{
	if (d->places)
		d->places->each(d->places->ctx, name, word, d->r.from, d->r.to);
}

/* FROM [--flag…] image [AS name]; false = the image is none that could be told. */
static bool from(struct reading *d, char *s, const struct kvs *vars, struct strv *stages)
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
	expand(w, vars, d->r.escape, &image);
	told = image.n && !strchr(image.p, EXPAND_UNKNOWN) &&
	       strcmp(image.p, "scratch") != 0;
	if (told && !has_name(stages, image.p)) {
		tell(d, image.p, w);
		if (!strv_has(d->bases, image.p))
			strv_add(d->bases, image.p);
	}
	as = strtok_r(NULL, " \t", &save);
	name = as && !strcasecmp(as, "AS") ? strtok_r(NULL, " \t", &save) : NULL;
	if (name)
		strv_add(stages, name);
	return told;
}

static void add_source(void *ctx, const char *name)
{
	struct reading *d = ctx;

	if (strchr(name, '$') || source_is_number(name))
		return;
	tell(d, name, NULL);
	if (d->named.n < STAGES_MAX && !strv_has(&d->named, name))
		strv_add(&d->named, name);
}

static bool is_word(const char *line, size_t n, const char *word)
{
	return n == strlen(word) && !strncasecmp(line, word, n);
}

/* BuildKit declares these itself. */
static const char *const platform_names[] = {"TARGETPLATFORM", "TARGETOS", "TARGETARCH",
	"TARGETVARIANT", "BUILDPLATFORM", "BUILDOS", "BUILDARCH", "BUILDVARIANT"};

static void declare(const struct kvs *arguments, struct kvs *vars)
{
	for (size_t i = 0; i < COUNT_OF(platform_names); i++) {
		const char *value = kvs_get(arguments, platform_names[i]);

		if (value)
			kvs_set(vars, platform_names[i], value);
	}
}

static bool read_all(struct reading *d, const struct kvs *arguments, struct strv *stages)
{
	AUTO_BUF struct buf line = {0};
	AUTO_KVS struct kvs vars = {0};
	bool global = true, all = true;

	declare(arguments, &vars);
	while (reader_next(&d->r, &line)) {
		size_t word = strcspn(line.p, " \t");
		char *rest = reader_skip_space(line.p + word);

		if (is_word(line.p, word, "ARG") && global && vars.n < STAGES_MAX)
			global_arg(rest, d->r.escape, arguments, &vars);
		if (is_word(line.p, word, "COPY") || is_word(line.p, word, "RUN"))
			step_sources(line.p, false, add_source, d);
		if (!is_word(line.p, word, "FROM"))
			continue;
		if (stages->n + d->bases->n > STAGES_MAX)
			return false;
		global = false;
		all &= from(d, rest, &vars, stages);
	}
	return all;
}

bool dockerfile_read(const char *text, size_t n, const struct kvs *arguments,
	struct strv *bases, struct strv *sources, const struct dockerfile_places *places)
{
	AUTO_FREE char *copy = xstrndup(text, n);
	AUTO_STRV struct strv stages = {0};
	struct reading d = {.places = places, .bases = bases};
	bool all;

	reader_begin(&d.r, copy);
	all = read_all(&d, arguments, &stages);
	for (size_t i = 0; i < d.named.n; i++)
		if (!has_name(&stages, d.named.v[i]))
			strv_add(sources, d.named.v[i]);
	strv_free(&d.named);
	return all;
}

bool dockerfile_images(const char *text, size_t n, const struct kvs *arguments,
	struct strv *bases, struct strv *sources)
{
	return dockerfile_read(text, n, arguments, bases, sources, NULL);
}
