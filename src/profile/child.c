/* SPDX-License-Identifier: MIT */
#include "profile/child.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "profile/find.h"
#include "profile/foreign/tree.h"

struct work {
	const struct profile_source *src;
	const char *dir; /* the file's, below the project; NULL = it lies elsewhere */
	bool from_disk;
};

static char traceback_key, message_key;

/* An error that is raised again, with more to say, keeps its first traceback. */
static bool is_kept(lua_State *L)
{
	const char *text, *was;
	bool kept = false;

	if (lua_rawgetp(L, LUA_REGISTRYINDEX, &traceback_key) == LUA_TSTRING) {
		text = lua_tostring(L, 1);
		lua_rawgetp(L, LUA_REGISTRYINDEX, &message_key);
		was = lua_tostring(L, -1);
		kept = text && was && !strncmp(text, was, strlen(was));
	}
	lua_settop(L, 1);
	return kept;
}

int child_handler(lua_State *L)
{
	if (lua_type(L, 1) != LUA_TSTRING) {
		if (luaL_getmetafield(L, 1, "__tostring") != LUA_TNIL) {
			lua_pop(L, 1);
			luaL_tolstring(L, 1, NULL);
		} else {
			lua_pushfstring(
				L, "raised a %s as its error", luaL_typename(L, 1));
		}
		lua_replace(L, 1);
	}
	lua_settop(L, 1);
	if (is_kept(L))
		return 1;
	lua_pushvalue(L, 1);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &message_key);
	luaL_traceback(L, L, NULL, 1);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &traceback_key);
	return 1;
}

/* cnnrun.session holds the dialogue; what it may ask is checked by the host. */
static int l_main(lua_State *L)
{
	const struct work *w = lua_touserdata(L, 1);

	state_open(L);
	bindings_open(L, w->from_disk);
	bindings_require(L, "cnnrun.session");
	lua_getfield(L, -1, "open");
	lua_call(L, 0, 0);
	lua_getfield(L, -1, "serve");
	if (is_foreign(w->src->path)) {
		foreign_load(
			L, buf_str(&w->src->text), w->src->text.n, w->src->shown, w->dir);
	} else {
		state_load(L, buf_str(&w->src->text), w->src->text.n, w->src->shown);
		lua_call(L, 0, 1);
	}
	lua_call(L, 1, 0);
	return 0;
}

static void report(lua_State *L, const struct meter *m, int status)
{
	const char *message = lua_tostring(L, -1), *traceback;

	if (status == LUA_ERRMEM ||
		(m->refused && message && !strcmp(message, "not enough memory"))) {
		door_fail("memory", "", "");
		return;
	}
	lua_rawgetp(L, LUA_REGISTRYINDEX, &traceback_key); /* takes no memory */
	traceback = lua_tostring(L, -1);
	door_fail("error", message, traceback);
}

/* Only reached when an error is raised outside l_main: there is no memory left. */
static int l_panic(lua_State *L)
{
	(void)L;
	door_fail("memory", "", "");
	_exit(1);
}

static char *dir_below(const struct profile_source *src)
{
	AUTO_FREE char *dir = xstrdup(src->path);
	size_t n = strlen(src->project);

	if (!src->project || !path_within(src->path, src->project))
		return NULL;
	*strrchr(dir, '/') = 0;
	return xstrdup(strlen(dir) > n && n > 1 ? dir + n + 1 : n > 1 ? "" : dir + 1);
}

void child_run(const struct profile_source *src, const struct profile_limits *limits,
	bool from_disk)
{
	struct meter m = {.max = limits->memory};
	AUTO_FREE char *dir = dir_below(src);
	struct work w = {.src = src, .dir = dir, .from_disk = from_disk};
	lua_State *L = state_new(&m);
	int status;

	if (!L || !lua_checkstack(L, 32)) {
		door_fail("memory", "", "");
		_exit(1);
	}
	lua_atpanic(L, l_panic);
	lua_pushcfunction(L, child_handler);
	lua_pushcfunction(L, l_main);
	lua_pushlightuserdata(L, &w);
	status = lua_pcall(L, 1, 0, 1);
	if (status != LUA_OK)
		report(L, &m, status);
	_exit(status != LUA_OK);
}
