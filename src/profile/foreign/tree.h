/* SPDX-License-Identifier: MIT */
/* Files of other programs, YAML and JSON with comments, as Lua tables that keep the
 * lines: { line, text, plain }, { line, list = { … } }, { line, map = { { key, line, node
 * }, … } }. Runs in the jail; all memory is Lua's or freed with the state. */
#ifndef CNNRUN_PROFILE_FOREIGN_TREE_H
#define CNNRUN_PROFILE_FOREIGN_TREE_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

enum {
	TREE_DEPTH = 64,     /* how deep it may nest, what aliases stand for included */
	TREE_NODES = 50000,  /* how many values, each alias being all it stands for */
	TREE_TEXT = 4 << 20, /* bytes in them, counted the same way */
	TREE_SCALAR = 256 << 10, /* of one of them */
};

/* How much a value is. */
struct size {
	size_t nodes, bytes;
	int height;
};

struct tree {
	lua_State *L;
	const char *name; /* of the file, for messages */
};

/* Raises "NAME:LINE: …". */
_Noreturn void tree_fail(const struct tree *t, size_t line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Refuses a value of that size, at that depth. */
void tree_check(const struct tree *t, size_t line, const struct size *s, int depth);
void size_add(struct size *to, const struct size *part);

/* Each pushes a value. text NULL = null. */
struct size tree_scalar(
	const struct tree *t, size_t line, const char *text, size_t n, bool plain);
void tree_list(const struct tree *t, size_t line);
void tree_map(const struct tree *t, size_t line);
/* Pops the value on top into the list or map below it; i counts from 1. */
void tree_list_add(const struct tree *t, int i);
/* The key is below the value, the map below the key; a key that is there already raises.
 */
void tree_map_add(const struct tree *t, size_t line, int i);

/* Push the root of the text. Raise. */
void yaml_read(lua_State *L, const char *text, size_t n, const char *name);
void jsonc_read(lua_State *L, const char *text, size_t n, const char *name);

/* Adds yaml(text, name) and json(text, name) to the table on top. */
void foreign_open(lua_State *L);
/* Runs the profile that a file of another program comes to: pushes it. dir is the file's,
 * below the project; NULL = it lies elsewhere. */
void foreign_load(
	lua_State *L, const char *text, size_t n, const char *name, const char *dir);

#endif
