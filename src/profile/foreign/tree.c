/* SPDX-License-Identifier: MIT */
#include "profile/foreign/tree.h"

#include <lauxlib.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "profile/child.h"

void tree_fail(const struct tree *t, size_t line, const char *fmt, ...)
{
	char text[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	/* not luaL_error, which would name a line of ours */
	lua_pushfstring(t->L, "%s:%d: %s", t->name, (int)line, text);
	lua_error(t->L);
	abort();
}

void tree_check(const struct tree *t, size_t line, const struct size *s, int depth)
{
	if (s->height + depth > TREE_DEPTH)
		tree_fail(t, line, "it nests deeper than %d", TREE_DEPTH);
	if (s->nodes > TREE_NODES)
		tree_fail(t, line, "it holds more than %d values", TREE_NODES);
	if (s->bytes > TREE_TEXT)
		tree_fail(t, line, "it holds more than %d MiB of text", TREE_TEXT >> 20);
}

void size_add(struct size *to, const struct size *part)
{
	to->nodes += part->nodes;
	to->bytes += part->bytes;
	if (part->height >= to->height)
		to->height = part->height + 1;
}

static void node(const struct tree *t, size_t line)
{
	luaL_checkstack(t->L, 12, "values nest too deep");
	lua_createtable(t->L, 0, 3);
	lua_pushinteger(t->L, (lua_Integer)line);
	lua_setfield(t->L, -2, "line");
}

struct size tree_scalar(
	const struct tree *t, size_t line, const char *text, size_t n, bool plain)
{
	if (n > TREE_SCALAR)
		tree_fail(t, line, "a text of more than %d KiB", TREE_SCALAR >> 10);
	if (text && memchr(text, 0, n))
		tree_fail(t, line, "a text holds a NUL byte");
	node(t, line);
	if (text) {
		lua_pushlstring(t->L, text, n);
		lua_setfield(t->L, -2, "text");
	}
	if (plain) {
		lua_pushboolean(t->L, 1);
		lua_setfield(t->L, -2, "plain");
	}
	return (struct size){.nodes = 1, .bytes = n};
}

static void with_items(const struct tree *t, size_t line, const char *what)
{
	node(t, line);
	lua_newtable(t->L);
	lua_setfield(t->L, -2, what);
}

void tree_list(const struct tree *t, size_t line)
{
	with_items(t, line, "list");
}

void tree_map(const struct tree *t, size_t line)
{
	with_items(t, line, "map");
	lua_newtable(t->L); /* the keys that are there; taken away at the end */
}

void tree_list_add(const struct tree *t, int i)
{
	lua_getfield(t->L, -2, "list");
	lua_insert(t->L, -2);
	lua_rawseti(t->L, -2, i);
	lua_pop(t->L, 1);
}

/* map, keys, key, value → map, keys */
void tree_map_add(const struct tree *t, size_t line, int i)
{
	lua_State *L = t->L;

	lua_pushvalue(L, -2);
	if (lua_rawget(L, -4) != LUA_TNIL)
		tree_fail(t, line, "the key \"%.80s\" stands there twice",
			lua_tostring(L, -3));
	lua_pop(L, 1);
	lua_pushvalue(L, -2);
	lua_pushboolean(L, 1);
	lua_rawset(L, -5);
	lua_createtable(L, 0, 3);
	lua_insert(L, -3);
	lua_setfield(L, -3, "node");
	lua_setfield(L, -2, "key");
	lua_pushinteger(L, (lua_Integer)line);
	lua_setfield(L, -2, "line");
	lua_getfield(L, -3, "map");
	lua_insert(L, -2);
	lua_rawseti(L, -2, i);
	lua_pop(L, 1);
}

static const char *check_text(lua_State *L, size_t *n, const char **name)
{
	const char *text = luaL_checklstring(L, 1, n);
	struct tree t = {.L = L, .name = luaL_checkstring(L, 2)};

	*name = t.name;
	if (*n >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) {
		text += 3;
		*n -= 3;
	}
	if (strlen(text) != *n)
		tree_fail(&t, 1, "not text, it holds a NUL byte; is it UTF-8?");
	if (!utf8_valid(text))
		tree_fail(&t, 1, "not text, or not in UTF-8");
	return text;
}

static int l_yaml(lua_State *L)
{
	size_t n;
	const char *name, *text = check_text(L, &n, &name);

	yaml_read(L, text, n, name);
	return 1;
}

static int l_json(lua_State *L)
{
	size_t n;
	const char *name, *text = check_text(L, &n, &name);

	jsonc_read(L, text, n, name);
	return 1;
}

void foreign_open(lua_State *L)
{
	lua_pushcfunction(L, l_yaml);
	lua_setfield(L, -2, "yaml");
	lua_pushcfunction(L, l_json);
	lua_setfield(L, -2, "json");
}

void foreign_load(
	lua_State *L, const char *text, size_t n, const char *name, const char *dir)
{
	bindings_require(L, "cnnrun.from.init");
	lua_pushlstring(L, text, n);
	lua_pushstring(L, name);
	lua_pushstring(L, dir);
	lua_call(L, 3, 1);
}
