/* SPDX-License-Identifier: MIT */
/* YAML by libyaml's events. An alias is the very table that its anchor made, so that a
 * file can hold little and mean much; what it means is counted. */
#include <lauxlib.h>
#include <string.h>
#include <yaml.h>

#include "profile/foreign/tree.h"

#define STANDARD "tag:yaml.org,2002:"

struct yaml {
	struct tree t;
	yaml_parser_t parser;
	yaml_event_t event;
	int anchors; /* stack index of { [name] = { node, nodes, bytes, height } or false
			} */
};

static struct size value(struct yaml *y, int depth);

static int l_free(lua_State *L)
{
	struct yaml *y = lua_touserdata(L, 1);

	yaml_event_delete(&y->event);
	yaml_parser_delete(&y->parser);
	return 0;
}

static size_t line_of(const struct yaml *y)
{
	return y->event.start_mark.line + 1;
}

static void next(struct yaml *y)
{
	const yaml_parser_t *p = &y->parser;

	yaml_event_delete(&y->event);
	if (yaml_parser_parse(&y->parser, &y->event))
		return;
	memset(&y->event, 0, sizeof y->event);
	if (p->error == YAML_MEMORY_ERROR)
		luaL_error(y->t.L, "not enough memory");
	tree_fail(&y->t, p->problem_mark.line + 1, "not YAML: %s",
		p->problem ? p->problem : "it cannot be read");
}

static bool is_null(const char *s, size_t n)
{
	static const char *const words[] = {"", "~", "null", "Null", "NULL"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strlen(words[i]) == n && !memcmp(s, words[i], n))
			return true;
	return false;
}

static bool is_text_by_tag(const struct yaml *y, const yaml_char_t *tag)
{
	static const char *const known[] = {STANDARD "str", STANDARD "null",
		STANDARD "bool", STANDARD "int", STANDARD "float", STANDARD "map",
		STANDARD "seq", STANDARD "merge", STANDARD "timestamp"};
	const char *name = (const char *)tag;

	if (!tag || !strcmp(name, "!"))
		return tag != NULL;
	if (!strcmp(name, "!reset") || !strcmp(name, "!override"))
		tree_fail(&y->t, line_of(y),
			"%s is for several files at once; leave it out", name);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (!strcmp(name, known[i]))
			return i == 0;
	tree_fail(&y->t, line_of(y), "the tag %.80s is not known here", name);
}

/* Pushes the name, nil when there is none. */
static void open_anchor(struct yaml *y, const yaml_char_t *name)
{
	lua_pushstring(y->t.L, (const char *)name);
	if (!name)
		return;
	lua_pushvalue(y->t.L, -1);
	lua_pushboolean(y->t.L, 0);
	lua_rawset(y->t.L, y->anchors);
}

/* name, node → node */
static void close_anchor(struct yaml *y, const struct size *s)
{
	lua_State *L = y->t.L;

	if (!lua_isnil(L, -2)) {
		lua_createtable(L, 4, 0);
		lua_pushvalue(L, -2);
		lua_rawseti(L, -2, 1);
		lua_pushinteger(L, (lua_Integer)s->nodes);
		lua_rawseti(L, -2, 2);
		lua_pushinteger(L, (lua_Integer)s->bytes);
		lua_rawseti(L, -2, 3);
		lua_pushinteger(L, s->height);
		lua_rawseti(L, -2, 4);
		lua_pushvalue(L, -3);
		lua_insert(L, -2);
		lua_rawset(L, y->anchors);
	}
	lua_remove(L, -2);
}

static struct size alias(struct yaml *y)
{
	lua_State *L = y->t.L;
	const char *name = (const char *)y->event.data.alias.anchor;
	struct size s;
	int kind;

	lua_pushstring(L, name);
	kind = lua_rawget(L, y->anchors);
	if (kind == LUA_TBOOLEAN)
		tree_fail(&y->t, line_of(y), "*%.80s stands within what it names", name);
	if (kind != LUA_TTABLE)
		tree_fail(&y->t, line_of(y), "there is no &%.80s above", name);
	lua_rawgeti(L, -1, 2);
	lua_rawgeti(L, -2, 3);
	lua_rawgeti(L, -3, 4);
	s = (struct size){.nodes = (size_t)lua_tointeger(L, -3),
		.bytes = (size_t)lua_tointeger(L, -2),
		.height = (int)lua_tointeger(L, -1)};
	lua_pop(L, 3);
	lua_rawgeti(L, -1, 1);
	lua_remove(L, -2);
	return s;
}

static struct size scalar(struct yaml *y)
{
	const char *text = (const char *)y->event.data.scalar.value;
	size_t n = y->event.data.scalar.length;
	bool plain = y->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
		     !is_text_by_tag(y, y->event.data.scalar.tag);

	if (plain && is_null(text, n))
		return tree_scalar(&y->t, line_of(y), NULL, 0, true);
	return tree_scalar(&y->t, line_of(y), text, n, plain);
}

static struct size list(struct yaml *y, int depth)
{
	const size_t line = line_of(y);
	struct size all = {.nodes = 1};

	is_text_by_tag(y, y->event.data.sequence_start.tag);
	tree_list(&y->t, line);
	next(y);
	for (int i = 1; y->event.type != YAML_SEQUENCE_END_EVENT; i++) {
		struct size one = value(y, depth + 1);

		size_add(&all, &one);
		tree_check(&y->t, line_of(y), &all, depth);
		tree_list_add(&y->t, i);
		next(y);
	}
	return all;
}

/* Pushes the text of a key, which is an alias only where that is of a text. */
static size_t key(struct yaml *y)
{
	if (y->event.type == YAML_ALIAS_EVENT) {
		alias(y);
		lua_getfield(y->t.L, -1, "text");
		lua_remove(y->t.L, -2);
	} else if (y->event.type == YAML_SCALAR_EVENT) {
		open_anchor(y, y->event.data.scalar.anchor);
		const struct size s = scalar(y);

		close_anchor(y, &s);
		lua_getfield(y->t.L, -1, "text");
		lua_remove(y->t.L, -2);
	} else {
		lua_pushnil(y->t.L);
	}
	if (!lua_isstring(y->t.L, -1))
		tree_fail(&y->t, line_of(y), "a key must be a text");
	return lua_rawlen(y->t.L, -1);
}

static struct size map(struct yaml *y, int depth)
{
	struct size all = {.nodes = 1};

	is_text_by_tag(y, y->event.data.mapping_start.tag);
	tree_map(&y->t, line_of(y));
	next(y);
	for (int i = 1; y->event.type != YAML_MAPPING_END_EVENT; i++) {
		const size_t line = line_of(y);
		struct size one;

		all.bytes += key(y);
		next(y);
		one = value(y, depth + 1);
		size_add(&all, &one);
		tree_check(&y->t, line, &all, depth);
		tree_map_add(&y->t, line, i);
		next(y);
	}
	lua_pop(y->t.L, 1); /* the keys */
	return all;
}

static struct size value(struct yaml *y, int depth)
{
	struct size s = {0};

	tree_check(&y->t, line_of(y), &s, depth);
	luaL_checkstack(y->t.L, 20, "YAML nests too deep");
	switch (y->event.type) {
	case YAML_ALIAS_EVENT:
		return alias(y);
	case YAML_SCALAR_EVENT:
		open_anchor(y, y->event.data.scalar.anchor);
		s = scalar(y);
		break;
	case YAML_SEQUENCE_START_EVENT:
		open_anchor(y, y->event.data.sequence_start.anchor);
		s = list(y, depth);
		break;
	case YAML_MAPPING_START_EVENT:
		open_anchor(y, y->event.data.mapping_start.anchor);
		s = map(y, depth);
		break;
	default:
		tree_fail(&y->t, line_of(y), "not YAML: a value is missing");
	}
	close_anchor(y, &s);
	return s;
}

static struct yaml *begin(lua_State *L, const char *name)
{
	struct yaml *y = lua_newuserdatauv(L, sizeof *y, 0);

	memset(y, 0, sizeof *y);
	y->t = (struct tree){.L = L, .name = name};
	if (!yaml_parser_initialize(&y->parser))
		luaL_error(L, "not enough memory");
	lua_createtable(L, 0, 1);
	lua_pushcfunction(L, l_free);
	lua_setfield(L, -2, "__gc");
	lua_setmetatable(L, -2);
	lua_newtable(L);
	y->anchors = lua_gettop(L);
	return y;
}

void yaml_read(lua_State *L, const char *text, size_t n, const char *name)
{
	struct yaml *y = begin(L, name);

	yaml_parser_set_encoding(&y->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&y->parser, (const unsigned char *)text, n);
	next(y); /* the stream */
	next(y);
	if (y->event.type == YAML_STREAM_END_EVENT)
		tree_fail(&y->t, 1, "there is nothing in it");
	next(y); /* the document */
	value(y, 0);
	next(y);
	next(y);
	if (y->event.type != YAML_STREAM_END_EVENT)
		tree_fail(&y->t, line_of(y),
			"a second document begins here; one is what is read");
}
