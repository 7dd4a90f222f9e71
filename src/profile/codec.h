/* SPDX-License-Identifier: MIT */
/* Lua values to JSON and back, inside the child: all memory is Lua's, so that an error
 * raised half-way leaks nothing. */
#ifndef CNNRUN_PROFILE_CODEC_H
#define CNNRUN_PROFILE_CODEC_H

#include <lua.h>
#include <stddef.h>

/* A byte buffer kept alive by a userdata in a slot of the Lua stack. */
struct out {
	lua_State *L;
	int slot;
	char *p;
	size_t n, cap;
};

/* Pushes the slot. */
void out_init(struct out *o, lua_State *L);
void out_add(struct out *o, const char *data, size_t n); /* raises beyond DOOR_MAX */
void out_adds(struct out *o, const char *s);

/* Appends the value at index. Tables: a list (1…n, or __jsontype = "array" in the
 * metatable), or an object with string keys, written in order of the keys so that equal
 * values give equal text. Raises on what JSON cannot say. */
void codec_encode(struct out *o, int index);
/* Text that is being read. */
struct in {
	lua_State *L;
	const char *p, *end;
	const char *name, *from; /* of a file: its name, and where its text begins */
};
/* Raises; of a file it says the line. */
_Noreturn void codec_fail(const struct in *in, const char *what);
/* Pushes the string whose opening quote is taken already. */
void codec_string(struct in *in);
/* Pushes the value that text holds. null becomes nil: absent in objects. Raises. */
void codec_decode(lua_State *L, const char *text, size_t n);

#endif
