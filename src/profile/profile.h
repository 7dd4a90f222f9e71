/* SPDX-License-Identifier: MIT */
/* A profile: found, read, and evaluated in a jailed child that can only talk through the
 * door. This side never runs foreign Lua. */
#ifndef CNNRUN_PROFILE_PROFILE_H
#define CNNRUN_PROFILE_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/strv.h"

/* Where a profile was found and its bytes; what is evaluated is what was read and hashed
 * here. The evaluation adds what the profile requires. */
struct profile_source {
	char *path;  /* absolute, real */
	char *shown; /* as messages name it: relative to the working directory if shorter
		      */
	char *name;  /* "gui" for …/gui.lua; the directory's name for cnnrun.lua */
	char *project;    /* absolute directory its relative paths refer to */
	char *engine;     /* address of the one it is run on; NULL = this machine's */
	bool by_link;     /* a link of the project led out of it, to path */
	bool installed;   /* found among the scripts of cnnrun, or of $CNNRUN_SCRIPTS */
	bool trusted;     /* all that was evaluated so far is part of this very program */
	struct kvs files; /* what is not: real path and SHA-256 of the bytes evaluated */
	char *unsafe;     /* who could change these or the project, and the cure;
			   * NULL = nobody */
	struct buf text;
};
void profile_source_free(struct profile_source *s);
#define AUTO_SOURCE __attribute__((cleanup(profile_source_free)))

/* The project: nearest ancestor of cwd with cnnrun.lua, .git or docker/Dockerfile; else
 * cwd itself. A mark in /, or in a home directory or above one, counts only when it is
 * cnnrun.lua; in a directory like /tmp none does. NULL with e where cwd is gone, or / and
 * no project. The caller frees. */
char *project_find(struct err *e);
/* Are the files of dir a project's, which are free to use? Not where nothing marks it as
 * one, nor where it is, or holds, a home. */
bool project_is_own(const char *dir);
/* Who could change dir besides this user, so that nothing in it is run, and the cure;
 * NULL = nobody, or the user trusts them (safe.h). The caller frees. */
char *project_problem(const char *dir);
/* name: a path ("./x.lua", "/x.lua"), "profiles/gui.lua", "gui" or NULL (the project's
 * cnnrun.lua). Looked up from cwd upward to the project root, then $CNNRUN_PATH,
 * $XDG_CONFIG_HOME/cnnrun, then what is installed (CNNRUN_SCRIPTS or compiled in). Not
 * found: e lists where it was looked for and what exists. */
int profile_find(const char *name, struct profile_source *out, struct err *e);
/* Would name be taken as a profile on the command line: it has a '/', ends in .lua,
 * .yaml, .yml or .json, or
 * names one that exists. */
bool profile_is_name(const char *name);
/* Is there a file, or what came with cnnrun, of this absolute path? */
bool profile_exists(const char *path);

struct profile_entry {
	char *name, *path;
	const char *origin; /* "project" | "path" | "user" | "installed" */
};
/* Every profile that can be found, nearest first; *out is the caller's
 * (profile_entries_free). */
size_t profile_entries(struct profile_entry **out);
void profile_entries_free(struct profile_entry *v, size_t n);

/* Answers one request of the child. Returns 0 with *reply (the callee hands it over, NULL
 * = null), or -1 with e: the Lua call then returns nil, message, code. args is untrusted.
 */
struct door {
	int (*answer)(void *ctx, const char *op, const cJSON *args, cJSON **reply,
		struct err *e);
	void *ctx;
};

struct profile_limits {
	double seconds; /* wall clock the child may compute; time the host takes to answer
			   does not count. Default 2 */
	double until;   /* and not beyond this time of clock_seconds(); 0 = any */
	size_t memory;  /* bytes of Lua memory. Default 64 MiB */
	bool mute;      /* print says nothing: only the description is wanted */
};

struct profile;

/* Forks the child, which locks itself in and begins to evaluate; returns at once so that
 * the caller can load what it needs meanwhile. src must outlive *out. */
int profile_start(struct profile_source *src, const struct profile_limits *limits,
	struct profile **out, struct err *e);
/* Runs the dialogue until the profile's description is there:
 * {"about":…, "options":{NAME:{"short","type","default","about","choices"}}}. The caller
 * deletes. A failing profile: e = "gui.lua:12: message"; profile_traceback() has more. */
int profile_describe(
	struct profile *p, const struct door *d, cJSON **about, struct err *e);
/* From now on what it asks for is done, for as long as that takes: each act gives it the
 * time and the messages of a new phase, and who asks too often is slowed down. */
void profile_let_steer(struct profile *p);
/* Gives option values (consumed as JSON object, plus "args": array after --) and runs
 * setup until the plan is there. The caller deletes *plan. */
int profile_plan(struct profile *p, const struct door *d, const cJSON *options,
	cJSON **plan, struct err *e);
/* Of a plan: the place from which on it depends on what runs, NULL = it does not.
 * *broken: there was no going on from there. */
const char *profile_cut(const struct profile *p, bool *broken);
/* Does the profile listen (c:on)? Events are "start", "log", "exit". */
bool profile_listens(const struct profile *p, const char *event);
/* Sends an event and serves the door until the handler returned. */
int profile_event(struct profile *p, const struct door *d, const char *event,
	const cJSON *data, struct err *e);
/* The Lua traceback of the last error, "" = none. */
const char *profile_traceback(const struct profile *p);
/* Kills the child if it lives; NULL is fine. */
void profile_end(struct profile *p);

/* The embedded text of an installed script ("cnnrun/init.lua", "profiles/gui.lua"), or
 * the file below $CNNRUN_SCRIPTS. 0 = found. */
int script_read(const char *name, struct buf *out, struct err *e);

#endif
