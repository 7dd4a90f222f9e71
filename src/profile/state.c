/* SPDX-License-Identifier: MIT */
#include "profile/child.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void *capped(void *ud, void *p, size_t old, size_t size)
{
	struct meter *m = ud;
	void *to;

	if (!p)
		old = 0; /* Lua passes a type tag here */
	if (!size) {
		free(p);
		m->used -= old;
		return NULL;
	}
	if (size > old && (size > m->max || m->used - old > m->max - size)) {
		m->refused = true;
		return NULL;
	}
	to = realloc(p, size);
	if (to)
		m->used = m->used - old + size;
	else
		m->refused = true;
	return to;
}

lua_State *state_new(struct meter *m)
{
	return lua_newstate(capped, m);
}

static void remove_fields(lua_State *L, const char *table, const char *const *names)
{
	lua_getglobal(L, table);
	for (; *names; names++) {
		lua_pushnil(L);
		lua_setfield(L, -2, *names);
	}
	lua_pop(L, 1);
}

/* getmetatable("").__index would let a profile change string methods for the library. */
static void protect_strings(lua_State *L)
{
	lua_pushliteral(L, "");
	if (lua_getmetatable(L, -1)) {
		lua_pushliteral(L, "string");
		lua_setfield(L, -2, "__metatable");
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
}

void state_open(lua_State *L)
{
	static const luaL_Reg libs[] = {{"_G", luaopen_base}, {"string", luaopen_string},
		{"table", luaopen_table}, {"math", luaopen_math}, {"utf8", luaopen_utf8},
		{"coroutine", luaopen_coroutine}};
	static const char *const no_base[] = {
		"load", "loadfile", "dofile", "collectgarbage", "warn", NULL};
	static const char *const no_string[] = {"dump", NULL};

	for (size_t i = 0; i < COUNT_OF(libs); i++) {
		luaL_requiref(L, libs[i].name, libs[i].func, 1);
		lua_pop(L, 1);
	}
	remove_fields(L, "_G", no_base);
	remove_fields(L, "string", no_string);
	protect_strings(L);
}

/* A byte order mark and a first line "#!…" are skipped; the line still counts. */
static size_t prologue(const char *text, size_t n)
{
	size_t i = 0;

	if (n >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
		i = 3;
	if (i < n && text[i] == '#')
		while (i < n && text[i] != '\n')
			i++;
	return i;
}

struct pieces {
	struct piece {
		const char *s;
		size_t n;
	} v[2];
	size_t at;
};

static const char *next_piece(lua_State *L, void *ctx, size_t *n)
{
	struct pieces *p = ctx;
	const struct piece *one = &p->v[p->at];

	(void)L;
	if (p->at == COUNT_OF(p->v))
		return NULL;
	p->at++;
	*n = one->n;
	return one->s;
}

/* `return cnn.profile { … }` is a tail call, which leaves no line behind to blame; but
 * not where something is to be closed after it. */
static const char KEEPS_LINES[] = "local cnnrun_lines <close> = nil ";

void state_load(lua_State *L, const char *text, size_t n, const char *name)
{
	size_t skip = prologue(text, n);
	const char *chunk = lua_pushfstring(L, "@%s", name);
	struct pieces p = {
		.v = {{KEEPS_LINES, sizeof KEEPS_LINES - 1}, {text + skip, n - skip}}};

	if (n > skip && text[skip] == LUA_SIGNATURE[0])
		luaL_error(
			L, "%s: holds bytecode; a profile must be Lua source text", name);
	if (lua_load(L, next_piece, &p, chunk, "t") != LUA_OK)
		lua_error(L);
	lua_remove(L, -2);
}
