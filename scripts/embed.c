/* SPDX-License-Identifier: MIT */
/* embed -x FILE WORD… : runs a script of the build's.
 * embed FILE… : C source of a table of the given scripts, byte for byte. Those that are
 * cnnrun's own modules are there compiled as well, with their line numbers: this Lua
 * loads that in a fifth of the time. */
#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t column;

static int put(lua_State *L, const void *data, size_t n, void *ctx)
{
	const unsigned char *p = data;

	(void)L;
	(void)ctx;
	for (size_t i = 0; i < n; i++)
		printf("0x%02x,%s", p[i], ++column % 20 ? "" : "\n");
	return 0;
}

static _Noreturn void fail(const char *why)
{
	fprintf(stderr, "embed: %s\n", why);
	exit(1);
}

static const char *name_of(const char *path)
{
	return strncmp(path, "scripts/", 8) ? path : path + 8;
}

static size_t read_file(const char *path, char *to, size_t room)
{
	FILE *f = fopen(path, "rb");
	size_t n;

	if (!f)
		fail(path);
	n = fread(to, 1, room, f);
	if (n == room || ferror(f))
		fail(path);
	fclose(f);
	return n;
}

static void add(lua_State *L, const char *path, int i)
{
	static char text[1 << 20];
	size_t n = read_file(path, text, sizeof text);
	const char *name = name_of(path);

	printf("static const unsigned char text_%d[] = {\n", i);
	put(L, text, n, NULL);
	printf("0};\nstatic const unsigned char code_%d[] = {\n", i);
	if (!strncmp(name, "cnnrun/", 7)) {
		const char *chunk = lua_pushfstring(L, "@%s", name);

		if (luaL_loadbufferx(L, text, n, chunk, "t") != LUA_OK)
			fail(lua_tostring(L, -1));
		lua_dump(L, put, NULL, 0);
		lua_settop(L, 0);
	}
	printf("0};\n"); /* no array is empty; the 0 does not count */
}

static int run(lua_State *L, int argc, char **argv)
{
	luaL_openlibs(L);
	if (luaL_loadfile(L, argv[0]) != LUA_OK)
		fail(lua_tostring(L, -1));
	for (int i = 1; i < argc; i++)
		lua_pushstring(L, argv[i]);
	if (lua_pcall(L, argc - 1, 0, 0) != LUA_OK)
		fail(lua_tostring(L, -1));
	lua_close(L);
	return ferror(stdout) || fflush(stdout) ? 1 : 0;
}

int main(int argc, char **argv)
{
	lua_State *L = luaL_newstate();

	if (!L)
		fail("no memory");
	if (argc > 2 && !strcmp(argv[1], "-x"))
		return run(L, argc - 2, argv + 2);
	printf("#include \"profile/scripts.h\"\n");
	for (int i = 1; i < argc; i++)
		add(L, argv[i], i);
	printf("const struct script scripts[] = {\n");
	for (int i = 1; i < argc; i++)
		printf("\t{\"%s\", text_%d, sizeof text_%d - 1, code_%d, "
		       "sizeof code_%d - 1},\n",
			name_of(argv[i]), i, i, i, i);
	printf("\t{0, 0, 0, 0, 0},\n};\nconst char scripts_lua[] = {\n");
	put(L, lua_ident, strlen(lua_ident), NULL);
	printf("0};\n");
	lua_close(L);
	return ferror(stdout) || fflush(stdout) ? 1 : 0;
}
