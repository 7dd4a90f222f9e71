/* SPDX-License-Identifier: MIT */
/* Podman's connections: podman-connections.json of Podman 5, containers.conf before. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/path.h"
#include "engine/contexts.h"
#include "engine/wire/ways.h"

enum { FILE_MAX = 1 << 20 };

struct connection {
	char *name, *uri, *identity;
};

/* All of them; what is unreadable has none. */
struct found {
	struct connection *v;
	size_t n;
};

static void found_free(struct found *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->v[i].name);
		free(f->v[i].uri);
		free(f->v[i].identity);
	}
	free(f->v);
}
#define AUTO_FOUND __attribute__((cleanup(found_free)))

static struct connection *add(struct found *f)
{
	f->v = xrealloc(f->v, (f->n + 1) * sizeof *f->v);
	f->v[f->n] = (struct connection){0};
	return &f->v[f->n++];
}

/* The file that variable names, else this one of the user's configuration. */
static bool read_config(const char *variable, const char *name, struct buf *out)
{
	const char *said = getenv(variable), *base = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");
	AUTO_FREE char *path =
		said && *said          ? xstrdup(said)
		: base && *base == '/' ? xasprintf("%s/containers/%s", base, name)
		: home && *home == '/' ? xasprintf("%s/.config/containers/%s", home, name)
				       : NULL;

	return path && file_read(path, FILE_MAX, out, NULL) == 0;
}

static void read_json(struct found *f)
{
	AUTO_BUF struct buf text = {0};
	AUTO_JSON cJSON *o = NULL;
	const cJSON *i;

	if (!read_config("PODMAN_CONNECTIONS_CONF", "podman-connections.json", &text))
		return;
	o = json_parse(buf_str(&text), text.n, NULL);
	cJSON_ArrayForEach(
		i, json_get(json_get(o, "Connection"), "Connections")) if (i->string)
	{
		struct connection *c = add(f);

		c->name = xstrdup(i->string);
		c->uri = xstrdup(json_str(i, "URI"));
		c->identity = xstrdup(json_str(i, "Identity"));
	}
}

/* "value" or 'value', which is all that Podman writes there. The caller frees. */
static char *quoted(const char *s)
{
	const char *end;

	s += strspn(s, " \t");
	end = *s == '"' || *s == '\'' ? strchr(s + 1, *s) : NULL;
	return end ? xstrndup(s + 1, (size_t)(end - s) - 1) : NULL;
}

/* The name in [engine.service_destinations.NAME]; NULL = another table. */
static char *table_name(const char *line)
{
	static const char head[] = "[engine.service_destinations.";
	const char *at = line + strlen(head);
	char *name;

	if (strncmp(line, head, strlen(head)) != 0)
		return NULL;
	name = quoted(at);
	return name ? name : xstrndup(at, strcspn(at, "]"));
}

static void take_line(struct found *f, bool *inside, const char *line)
{
	static const char uri[] = "uri", identity[] = "identity";
	const char *equals = strchr(line, '=');
	char *name;

	if (*line == '[') {
		name = table_name(line);
		*inside = name != NULL;
		if (name)
			add(f)->name = name;
		return;
	}
	if (!*inside || !equals)
		return;
	if (!strncmp(line, uri, strlen(uri)) && !f->v[f->n - 1].uri)
		f->v[f->n - 1].uri = quoted(equals + 1);
	else if (!strncmp(line, identity, strlen(identity)) && !f->v[f->n - 1].identity)
		f->v[f->n - 1].identity = quoted(equals + 1);
}

static void read_toml(struct found *f)
{
	AUTO_BUF struct buf text = {0};
	bool inside = false;
	char *save, *line;

	if (!read_config("CONTAINERS_CONF", "containers.conf", &text))
		return;
	buf_str(&text);
	for (line = strtok_r(text.p, "\r\n", &save); line;
		line = strtok_r(NULL, "\r\n", &save))
		take_line(f, &inside, line + strspn(line, " \t"));
}

int connection_find(const char *name, char **url, struct err *e)
{
	AUTO_FOUND struct found all = {0};

	read_json(&all);
	read_toml(&all);
	for (size_t i = 0; i < all.n; i++) {
		const struct connection *c = &all.v[i];

		if (strcmp(c->name, name) != 0 || !c->uri)
			continue;
		if (engine_at_host(c->uri, url, e) < 0)
			return err_wrap(e, "Podman's connection \"%s\"", name);
		if (c->identity && *c->identity == '/')
			str_set(&way_to(*url)->identity, c->identity);
		return 0;
	}
	return err_set(e, ENOENT,
		"there is no connection of Podman's called \"%s\"; podman system "
		"connection ls lists them",
		name);
}

void connection_names(struct strv *out)
{
	AUTO_FOUND struct found all = {0};

	read_json(&all);
	read_toml(&all);
	for (size_t i = 0; i < all.n; i++)
		if (!strv_has(out, all.v[i].name))
			strv_add(out, all.v[i].name);
}
