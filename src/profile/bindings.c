/* SPDX-License-Identifier: MIT */
/* What a profile can call that is not plain Lua: print, require and the door. */
#include "profile/child.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "profile/codec.h"
#include "profile/foreign/tree.h"
#include "profile/scripts.h"

static const char LOADED[] = "cnnrun.loaded";
static char loading; /* its address marks a module whose chunk is running */
static bool scripts_from_disk;

static int l_call(lua_State *L)
{
	const char *op = luaL_checkstring(L, 1);

	lua_settop(L, 2);
	return door_call(L, op, 2);
}

/* pcall that keeps the traceback of what fails, for who raises that again. */
static int l_try(lua_State *L)
{
	int status;

	lua_pushcfunction(L, child_handler);
	lua_insert(L, 1);
	status = lua_pcall(L, lua_gettop(L) - 2, LUA_MULTRET, 1);
	if (status == LUA_ERRMEM)
		return lua_error(L);
	lua_pushboolean(L, status == LUA_OK);
	lua_replace(L, 1);
	return lua_gettop(L);
}

static int l_encode(lua_State *L)
{
	struct out o;

	luaL_checkany(L, 1);
	lua_settop(L, 1);
	out_init(&o, L);
	codec_encode(&o, 1);
	lua_pushlstring(L, o.p, o.n);
	return 1;
}

static int l_decode(lua_State *L)
{
	size_t n;
	const char *s = luaL_checklstring(L, 1, &n);

	codec_decode(L, s, n);
	return 1;
}

static int l_print(lua_State *L)
{
	int n = lua_gettop(L);
	luaL_Buffer b;

	luaL_buffinit(L, &b);
	for (int i = 1; i <= n; i++) {
		if (i > 1)
			luaL_addchar(&b, '\t');
		luaL_tolstring(L, i, NULL);
		luaL_gsub(L, lua_tostring(L, -1), "\r", ""); /* ends at a NUL as well */
		lua_remove(L, -2);
		luaL_addvalue(&b);
	}
	luaL_pushresult(&b);
	lua_createtable(L, 0, 1);
	lua_insert(L, -2);
	lua_setfield(L, -2, "text");
	door_call(L, "print", -1);
	return 0;
}

static const struct script *embedded(lua_State *L, const char *name)
{
	char path[128] = "";
	size_t n = 0;

	if (strncmp(name, "cnnrun", 6) != 0 || (name[6] && name[6] != '.'))
		return NULL;
	for (; name[n] && n + 10 < sizeof path; n++)
		path[n] = name[n] == '.' ? '/' : name[n];
	snprintf(path + n, sizeof path - n, "%s", name[6] ? ".lua" : "/init.lua");
	for (const struct script *s = scripts; s->name; s++)
		if (!strcmp(s->name, path))
			return s;
	luaL_error(L, "require \"%s\": cnnrun has no such module", name);
	return NULL;
}

/* The file whose code calls require; NULL when it is none. The text lives as long as that
 * function. */
static const char *requirer(lua_State *L)
{
	lua_Debug ar;

	if (!lua_getstack(L, 1, &ar) || !lua_getinfo(L, "S", &ar) || ar.source[0] != '@')
		return NULL;
	return ar.source + 1;
}

/* As compiled when cnnrun was built, if this is the Lua that did it: code of another
 * release must not run here. */
static void load_own(lua_State *L, const struct script *s)
{
	if (s->n_code && !strcmp(scripts_lua, lua_ident)) {
		if (luaL_loadbufferx(L, (const char *)s->code, s->n_code, s->name, "b") ==
			LUA_OK)
			return;
		lua_pop(L, 1);
	}
	state_load(L, (const char *)s->text, s->n, s->name);
}

/* Pushes the module's chunk and the name it is shown under. */
static void load_module(lua_State *L, const char *name)
{
	const struct script *s = scripts_from_disk ? NULL : embedded(L, name);
	const char *text;
	size_t n;

	if (s) {
		load_own(L, s);
		lua_pushstring(L, s->name);
		return;
	}
	lua_createtable(L, 0, 1);
	lua_pushstring(L, name);
	lua_setfield(L, -2, "name");
	lua_pushstring(L, requirer(L));
	lua_setfield(L, -2, "from");
	if (door_call(L, "require", -1) != 1)
		luaL_error(L, "require \"%s\": %s", name, lua_tostring(L, -2));
	lua_getfield(L, -1, "shown");
	lua_getfield(L, -2, "text");
	text = luaL_checklstring(L, -1, &n);
	state_load(L, text, n, luaL_checkstring(L, -2));
	lua_pushvalue(L, -3);
}

/* Pushes the key a module is kept under. A profile that requires a profile of its own
 * name means the next one behind it, so that name is then kept apart. */
static void push_key(lua_State *L, const char *name)
{
	const char *from = requirer(L);
	bool is_loading;

	lua_pushstring(L, name);
	lua_pushvalue(L, -1);
	is_loading = lua_rawget(L, 2) == LUA_TLIGHTUSERDATA;
	lua_pop(L, 1);
	if (is_loading && from && !strncmp(name, "profiles.", 9)) {
		lua_pop(L, 1);
		lua_pushfstring(L, "%s after %s", name, from);
	}
}

static int l_require(lua_State *L)
{
	const char *name = luaL_checkstring(L, 1);

	lua_settop(L, 1);
	lua_getfield(L, LUA_REGISTRYINDEX, LOADED);
	push_key(L, name);
	lua_pushvalue(L, 3);
	if (lua_rawget(L, 2) == LUA_TLIGHTUSERDATA)
		return luaL_error(
			L, "require \"%s\": it requires itself, or failed before", name);
	if (!lua_isnil(L, -1))
		return 1;
	load_module(L, name); /* chunk, shown */
	lua_pushvalue(L, 3);
	lua_pushlightuserdata(L, &loading);
	lua_rawset(L, 2);
	lua_pushvalue(L, 1);
	lua_insert(L, -2);
	lua_call(L, 2, 1);
	if (lua_isnil(L, -1)) {
		lua_pop(L, 1);
		lua_pushboolean(L, 1);
	}
	lua_pushvalue(L, 3);
	lua_pushvalue(L, -2);
	lua_rawset(L, 2);
	return 1;
}

void bindings_require(lua_State *L, const char *name)
{
	lua_pushcfunction(L, l_require);
	lua_pushstring(L, name);
	lua_call(L, 1, 1);
}

void bindings_open(lua_State *L, bool from_disk)
{
	static const luaL_Reg door[] = {{"call", l_call}, {"try", l_try},
		{"encode", l_encode}, {"decode", l_decode}, {NULL, NULL}};

	scripts_from_disk = from_disk;
	lua_newtable(L);
	luaL_newlib(L, door);
	lua_pushliteral(L, CNNRUN_VERSION);
	lua_setfield(L, -2, "version");
	foreign_open(L);
	lua_setfield(L, -2, "cnnrun.door");
	lua_setfield(L, LUA_REGISTRYINDEX, LOADED);
	lua_register(L, "require", l_require);
	lua_register(L, "print", l_print);
}
