/* SPDX-License-Identifier: MIT */
/* The Lua scripts that came with cnnrun, embedded byte for byte by scripts/embed.sh. */
#ifndef CNNRUN_PROFILE_SCRIPTS_H
#define CNNRUN_PROFILE_SCRIPTS_H

#include <stddef.h>

struct script {
	const char *name; /* "cnnrun/init.lua", "profiles/gui.lua" */
	const unsigned char *text;
	size_t n;
};

/* Ends with a NULL name. */
extern const struct script scripts[];

#endif
