/* SPDX-License-Identifier: MIT */
#include "profile/codec.h"

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "profile/child.h"

struct key {
	const char *s;
	size_t n;
};

void out_init(struct out *o, lua_State *L)
{
	*o = (struct out){.L = L, .cap = 512};
	o->p = lua_newuserdatauv(L, o->cap, 0);
	o->slot = lua_gettop(L);
}

void out_add(struct out *o, const char *data, size_t n)
{
	if (n > DOOR_MAX || o->n + n > DOOR_MAX)
		luaL_error(o->L, "a message to the host must be smaller than %d MiB",
			(int)(DOOR_MAX >> 20));
	if (o->n + n > o->cap) {
		size_t cap = o->cap;
		char *p;

		while (cap < o->n + n)
			cap *= 2;
		p = lua_newuserdatauv(o->L, cap, 0);
		memcpy(p, o->p, o->n);
		lua_replace(o->L, o->slot);
		o->p = p;
		o->cap = cap;
	}
	memcpy(o->p + o->n, data, n);
	o->n += n;
}

void out_adds(struct out *o, const char *s)
{
	out_add(o, s, strlen(s));
}

static void encode_string(struct out *o, const char *s, size_t n)
{
	size_t from = 0;

	out_add(o, "\"", 1);
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		char esc[8];

		if (c >= 32 && c != '"' && c != '\\')
			continue;
		if (!c)
			luaL_error(
				o->L, "a string for the host must not hold a NUL byte");
		out_add(o, s + from, i - from);
		if (c < 32)
			snprintf(esc, sizeof esc, "\\u%04x", c);
		else
			snprintf(esc, sizeof esc, "\\%c", c);
		out_adds(o, esc);
		from = i + 1;
	}
	out_add(o, s + from, n - from);
	out_add(o, "\"", 1);
}

static void encode_number(struct out *o, int index)
{
	char text[40];

	if (lua_isinteger(o->L, index)) {
		snprintf(
			text, sizeof text, "%lld", (long long)lua_tointeger(o->L, index));
	} else {
		double d = lua_tonumber(o->L, index);

		if (!isfinite(d))
			luaL_error(o->L, "a number for the host must be finite");
		snprintf(text, sizeof text, "%.17g", d);
	}
	out_adds(o, text);
}

static bool is_list(lua_State *L, int index)
{
	bool marked = false;

	if (luaL_getmetafield(L, index, "__jsontype") != LUA_TNIL) {
		marked = lua_type(L, -1) == LUA_TSTRING &&
			 !strcmp(lua_tostring(L, -1), "array");
		lua_pop(L, 1);
	}
	return marked || lua_rawlen(L, index) > 0;
}

static void encode_value(struct out *o, int index, int depth);

static void encode_list(struct out *o, int index, int depth)
{
	lua_State *L = o->L;
	lua_Unsigned n = lua_rawlen(L, index), seen = 0;

	for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1))
		seen++;
	if (seen != n)
		luaL_error(L, "a table for the host must be a list or a map, not both");
	out_add(o, "[", 1);
	for (lua_Unsigned i = 1; i <= n; i++) {
		if (i > 1)
			out_add(o, ",", 1);
		lua_rawgeti(L, index, (lua_Integer)i);
		encode_value(o, lua_gettop(L), depth);
		lua_pop(L, 1);
	}
	out_add(o, "]", 1);
}

static int key_order(const struct key *a, const struct key *b)
{
	int c = memcmp(a->s, b->s, a->n < b->n ? a->n : b->n);

	return c ? c : (a->n > b->n) - (a->n < b->n);
}

/* Not qsort: glibc's asks the system for its memory size, which the jail forbids. */
static void sort_keys(struct key *v, size_t n)
{
	for (size_t gap = n / 2; gap > 0; gap /= 2)
		for (size_t i = gap; i < n; i++) {
			struct key k = v[i];
			size_t j = i;

			for (; j >= gap && key_order(&v[j - gap], &k) > 0; j -= gap)
				v[j] = v[j - gap];
			v[j] = k;
		}
}

/* Pushes a userdata with the sorted keys; the strings stay alive in the table. */
static struct key *object_keys(lua_State *L, int index, size_t *count)
{
	size_t n = 0, i = 0;
	struct key *v;

	for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
		if (lua_type(L, -2) != LUA_TSTRING)
			luaL_error(L, "a key for the host must be a string, not a %s",
				luaL_typename(L, -2));
		n++;
	}
	v = lua_newuserdatauv(L, (n + 1) * sizeof *v, 0);
	for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1), i++)
		v[i].s = lua_tolstring(L, -2, &v[i].n);
	sort_keys(v, n);
	*count = n;
	return v;
}

static void encode_object(struct out *o, int index, int depth)
{
	lua_State *L = o->L;
	size_t n;
	const struct key *keys = object_keys(L, index, &n);

	out_add(o, "{", 1);
	for (size_t i = 0; i < n; i++) {
		if (i)
			out_add(o, ",", 1);
		encode_string(o, keys[i].s, keys[i].n);
		out_add(o, ":", 1);
		lua_pushlstring(L, keys[i].s, keys[i].n);
		lua_rawget(L, index);
		encode_value(o, lua_gettop(L), depth);
		lua_pop(L, 1);
	}
	out_add(o, "}", 1);
	lua_pop(L, 1);
}

static void encode_value(struct out *o, int index, int depth)
{
	lua_State *L = o->L;
	const char *s;
	size_t n;

	if (depth > DOOR_DEPTH)
		luaL_error(L, "a table for the host nests deeper than %d", DOOR_DEPTH);
	luaL_checkstack(L, 8, "message nests too deep");
	switch (lua_type(L, index)) {
	case LUA_TNIL:
		out_adds(o, "null");
		return;
	case LUA_TBOOLEAN:
		out_adds(o, lua_toboolean(L, index) ? "true" : "false");
		return;
	case LUA_TNUMBER:
		encode_number(o, index);
		return;
	case LUA_TSTRING:
		s = lua_tolstring(L, index, &n);
		encode_string(o, s, n);
		return;
	case LUA_TTABLE:
		if (is_list(L, index))
			encode_list(o, index, depth + 1);
		else
			encode_object(o, index, depth + 1);
		return;
	default:
		luaL_error(L, "a %s cannot be sent to the host", luaL_typename(L, index));
	}
}

void codec_encode(struct out *o, int index)
{
	encode_value(o, lua_absindex(o->L, index), 0);
}
