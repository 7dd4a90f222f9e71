/* SPDX-License-Identifier: MIT */
/* A file of another program, as JSON with comments. */
#include "fuzz.h"

#include "profile/child.h"
#include "profile/foreign/tree.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	mem_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct meter m = {.max = (size_t)64 << 20};
	lua_State *L = state_new(&m);

	lua_newtable(L);
	foreign_open(L);
	lua_getfield(L, -1, "json");
	lua_pushlstring(L, (const char *)data, size);
	lua_pushliteral(L, "file.json");
	if (lua_pcall(L, 2, 1, 0) != LUA_OK)
		fuzz_message(lua_tostring(L, -1));
	else
		assert(lua_istable(L, -1));
	lua_close(L);
	return 0;
}
