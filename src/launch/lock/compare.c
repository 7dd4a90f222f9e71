/* SPDX-License-Identifier: MIT */
/* Two entries, then and now. Either may be of a file that anybody wrote. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/printable.h"
#include "launch/lock/lock.h"

struct comparing {
	struct lock_changes *out;
	const char *container;   /* NULL = the main one, which goes without saying */
	const char *kind, *name; /* of what is compared now */
};

/* Words for people: what a file or a Dockerfile says may be anything. */
static char *shown(const char *s)
{
	AUTO_BUF struct buf b = {0};

	add_printable(&b, s);
	return buf_take(&b);
}

static void add(const struct comparing *c, const char *name, const char *from,
	const char *to, const char *words)
{
	struct lock_changes *out = c->out;
	AUTO_FREE char *all =
		c->container ? xasprintf("%s: %s", c->container, words) : xstrdup(words);

	out->v = xrealloc(out->v, (out->n + 1) * sizeof *out->v);
	out->v[out->n++] = (struct lock_change){.kind = c->kind,
		.container = xstrdup(c->container),
		.name = xstrdup(name),
		.from = xstrdup(from),
		.to = xstrdup(to),
		.words = shown(all)};
}

/* "numpy 1.26.4 → 2.0.1 (pip)"; before and after stand around name. */
static void tell(const struct comparing *c, const char *before, const char *name,
	const char *after, const char *from, const char *to)
{
	AUTO_FREE char *words = NULL;

	if (from && to)
		words = xasprintf("%s%s %s → %s%s", before, name, from, to, after);
	else
		words = xasprintf("%s: %s%s %s%s", to ? "added" : "removed", before, name,
			to ? to : from, after);
	add(c, name, from, to, words);
}

/* Anything else has no keys to go by. */
static const cJSON *object(const cJSON *j)
{
	return cJSON_IsObject(j) ? j : NULL;
}

static const char *text_of(const cJSON *i)
{
	return cJSON_IsString(i) ? i->valuestring : "";
}

/* Each key whose texts differ. */
static void compare_texts(const struct comparing *c, const char *before,
	const char *after, const cJSON *then, const cJSON *now)
{
	AUTO_KVS struct kvs was = {0};
	const cJSON *i;

	if (!object(now))
		return;
	then = object(then);
	cJSON_ArrayForEach(i, now)
	{
		const char *from = json_str(then, i->string);

		if (!from || strcmp(from, text_of(i)) != 0)
			tell(c, before, i->string, after, from, text_of(i));
	}
	cJSON_ArrayForEach(i, then) if (!json_get(now, i->string))
		tell(c, before, i->string, after, text_of(i), NULL);
}

/* As compare_texts, of digests, which say nothing to anybody. */
static void compare_digests(
	const struct comparing *c, const char *what, const cJSON *then, const cJSON *now)
{
	const cJSON *i;

	then = object(then);
	now = object(now);
	cJSON_ArrayForEach(i, now)
	{
		const char *from = json_str(then, i->string);
		AUTO_FREE char *words = xasprintf(
			"%s %s: %s", what, i->string, from ? "not as it was" : "new");

		if (!from || strcmp(from, text_of(i)) != 0)
			add(c, i->string, from, text_of(i), words);
	}
	cJSON_ArrayForEach(i, then)
	{
		AUTO_FREE char *words = xasprintf("%s %s: gone", what, i->string);

		if (!json_get(now, i->string))
			add(c, i->string, text_of(i), NULL, words);
	}
}

static bool has_text(const cJSON *list, const char *text)
{
	const cJSON *i;

	cJSON_ArrayForEach(i, list) if (!strcmp(text_of(i), text)) return true;
	return false;
}

/* Which lines are not among those of then; text has the lines of now. */
static bool name_lines(
	const struct comparing *c, const cJSON *then, const cJSON *now, const char *text)
{
	const char *rest = text;
	const cJSON *i;
	bool named = false;
	int line = 0;

	cJSON_ArrayForEach(i, now)
	{
		size_t n = rest ? strcspn(rest, "\n") : 0;
		AUTO_FREE char *words = NULL, *at = xasprintf("%d", ++line);

		if (rest && !has_text(then, text_of(i))) {
			words = xasprintf("Dockerfile, line %d: %.*s", line,
				n > 160 ? 160 : (int)n, rest);
			add(c, at, NULL, text_of(i), words);
			named = true;
		}
		rest = rest && rest[n] ? rest + n + 1 : NULL;
	}
	return named;
}

static void compare_dockerfile(struct comparing *c, const cJSON *then, const cJSON *now)
{
	const char *from = json_str(then, "dockerfile"),
		   *to = json_str(now, "dockerfile");

	c->kind = "dockerfile";
	if (!to || (from && !strcmp(from, to)))
		return;
	if (!name_lines(c, json_get(then, "lines"), json_get(now, "lines"),
		    json_str(now, "text")))
		add(c, NULL, from, to,
			"the Dockerfile has lines less, or in another order");
}

static void compare_build(struct comparing *c, const cJSON *then, const cJSON *now)
{
	const cJSON *i;

	if (!now && !then)
		return;
	if (!now || !then) {
		c->kind = "image";
		add(c, NULL, NULL, NULL,
			now ? "its image is built now"
			    : "its image is not built any more");
		return;
	}
	compare_dockerfile(c, then, now);
	c->kind = "argument";
	compare_texts(c, "argument ", "", json_get(then, "arguments"),
		json_get(now, "arguments"));
	c->kind = "context";
	cJSON_ArrayForEach(i, now) if (!strncmp(i->string, "context", 7))
		compare_digests(c, i->string, json_get(then, i->string), i);
	c->kind = "base";
	compare_texts(c, "base ", "", json_get(then, "bases"), json_get(now, "bases"));
}

static void compare_packages(struct comparing *c, const cJSON *then, const cJSON *now)
{
	static const char *const kinds[] = {"apk", "dpkg", "pip", "rpm"};
	AUTO_JSON cJSON *none = cJSON_CreateObject();

	c->kind = "package";
	for (size_t i = 0; now && i < COUNT_OF(kinds); i++) {
		AUTO_FREE char *after = xasprintf(" (%s)", kinds[i]);
		const cJSON *here = json_get(now, kinds[i]);

		compare_texts(c, "", after, json_get(then, kinds[i]), here ? here : none);
	}
}

/* What is pulled: by its registry's digest where it has one, else by its id. */
static void compare_image(struct comparing *c, const cJSON *then, const cJSON *now)
{
	static const char *const keys[] = {"image", "digest", "id"};

	c->kind = "image";
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		const char *from = json_str(then, keys[i]), *to = json_str(now, keys[i]);

		/* what is built anew has another id, though nothing else differs */
		if (i && json_get(now, "build"))
			return;
		if (from && to && strcmp(from, to) != 0) {
			tell(c, "", i ? json_str(now, "image") : "image", "", from, to);
			return;
		}
		if (i && from && to)
			return;
	}
}

static void compare_container(struct comparing *c, const cJSON *then, const cJSON *now)
{
	compare_image(c, then, now);
	compare_build(c, object(json_get(then, "build")), object(json_get(now, "build")));
	compare_packages(c, json_get(then, "packages"), json_get(now, "packages"));
	c->kind = "plan";
	compare_digests(c, "plan,", json_get(then, "plan"), json_get(now, "plan"));
}

void lock_compare_packages(const char *service, const cJSON *then, const cJSON *now,
	struct lock_changes *out)
{
	struct comparing c = {.out = out, .container = service};

	compare_packages(&c, then, now);
}

void lock_compare(const cJSON *then, const cJSON *now, struct lock_changes *out)
{
	const cJSON *was = object(json_get(then, "containers")),
		    *is = object(json_get(now, "containers"));
	struct comparing c = {.out = out};
	const cJSON *i;

	cJSON_ArrayForEach(i, is)
	{
		c.container = strcmp(i->string, "main") != 0 ? i->string : NULL;
		c.kind = "container";
		if (json_get(was, i->string))
			compare_container(&c, json_get(was, i->string), i);
		else
			add(&c, NULL, NULL, NULL, "it is new");
	}
	cJSON_ArrayForEach(i, was)
	{
		c.container = i->string;
		c.kind = "container";
		if (!json_get(is, i->string))
			add(&c, NULL, NULL, NULL, "it is gone");
	}
}

void lock_changes_free(struct lock_changes *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->v[i].container);
		free(c->v[i].name);
		free(c->v[i].from);
		free(c->v[i].to);
		free(c->v[i].words);
	}
	free(c->v);
	*c = (struct lock_changes){0};
}
