/* SPDX-License-Identifier: MIT */
/* The jailed side: everything declared here runs in the child only. lua.h stays within
 * src/profile/. */
#ifndef CNNRUN_PROFILE_CHILD_H
#define CNNRUN_PROFILE_CHILD_H

#include <lua.h>
#include <stdbool.h>
#include <sys/types.h>

#include "profile/profile.h"

/* The descriptor the child keeps: its end of the socket to the host. */
enum { DOOR_FD = 3 };

/* One message, one line, at most this long, in either direction. */
#define DOOR_MAX ((size_t)8 << 20)
/* How deep tables in a message may nest. */
enum { DOOR_DEPTH = 64 };

/* Gives up everything but DOOR_FD, memory and exit. Nothing foreign may have run before.
 * sealed = the system call filter is in force; without it only installed profiles may be
 * evaluated. -1: the process must not go on. */
int jail_enter(int door, const struct profile_limits *limits, pid_t parent, bool *sealed);

/* Evaluates the profile and talks until the host has heard enough. Never returns.
 * from_disk: cnnrun's own modules come through the door, not out of the program. */
_Noreturn void child_run(const struct profile_source *src,
	const struct profile_limits *limits, bool from_disk);

/* A fresh state with the libraries a profile may use; all memory comes out of the cap. */
struct meter {
	size_t used, max;
	bool refused; /* the cap was hit at least once */
};
lua_State *state_new(struct meter *m);
/* To be called protected. */
void state_open(lua_State *L);
/* Loads source text (never bytecode) as chunk "@name"; raises. Pushes the function. */
void state_load(lua_State *L, const char *text, size_t n, const char *name);

/* A message handler that keeps the traceback aside: the message alone is what a user
 * reads first. */
int child_handler(lua_State *L);

/* Installs print, require and the module "cnnrun.door". from_disk: the installed scripts
 * are read through the door rather than from the program. */
void bindings_open(lua_State *L, bool from_disk);
/* Pushes what require(name) returns; raises. */
void bindings_require(lua_State *L, const char *name);

/* Sends {"op":op,"args":value at index} and waits for the answer: pushes the value and
 * returns 1, or nil, message, code and returns 3. */
int door_call(lua_State *L, const char *op, int index);
/* The last words, said without allocating: {"op":"fail",…}. NULL = "". */
void door_fail(const char *kind, const char *message, const char *traceback);
/* Writes all or ends the process: without the host there is nothing left to do. */
void door_write(const char *data, size_t n);

#endif
