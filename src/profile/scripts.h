/* SPDX-License-Identifier: MIT */
/* The Lua scripts that came with cnnrun, embedded by scripts/embed.c. */
#ifndef CNNRUN_PROFILE_SCRIPTS_H
#define CNNRUN_PROFILE_SCRIPTS_H

#include <stddef.h>

struct script {
	const char *name; /* "cnnrun/init.lua", "profiles/gui.lua" */
	const unsigned char *text;
	size_t n;
	/* The same as compiled by the Lua of scripts_lua; n_code 0 = not compiled. */
	const unsigned char *code;
	size_t n_code;
};

/* Ends with a NULL name. */
extern const struct script scripts[];
/* lua_ident of the Lua that compiled them. */
extern const char scripts_lua[];

#endif
