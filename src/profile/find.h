/* SPDX-License-Identifier: MIT */
/* Where profiles and scripts are looked for; shared by the files of profile/. */
#ifndef CNNRUN_PROFILE_FIND_H
#define CNNRUN_PROFILE_FIND_H

#include "profile/profile.h"

/* No profile and no module is larger. */
#define SOURCE_MAX ((size_t)1 << 20)

/* How the scripts that are compiled in are called, whether they are there or not. */
#define INSTALLED CNNRUN_PREFIX "/share/cnnrun"

/* $CNNRUN_SCRIPTS, or NULL: the scripts are those compiled in. */
const char *script_dir(void);
/* Is there an installed script of that name? */
bool script_exists(const char *name);

/* The project a file in dir belongs to: as project_find, from dir. The caller frees. */
char *project_of(const char *dir, struct err *e);

bool ends_in_lua(const char *name);
/* A file of another program, by its name: ".yaml", ".yml", ".json". */
bool is_foreign(const char *name);
/* "gui" for …/gui.lua; the directory's name for cnnrun.lua, compose.yaml and the like.
 * The caller frees. */
char *source_name(const char *path);
/* Reads the profile at path: of this project, or of the one it lies in (NULL). */
int source_read(
	const char *path, const char *project, struct profile_source *out, struct err *e);

/* One directory profiles are looked for in. */
struct place {
	char *dir;
	const char *origin; /* "project" | "path" | "user" */
};
/* cwd upward to project (NULL = none), $CNNRUN_PATH, $XDG_CONFIG_HOME/cnnrun; what is
 * installed comes after them. The caller frees with places_free. */
size_t places_list(const char *project, struct place **out);
void places_free(struct place *v, size_t n);

/* As profile_find for a name without "./". When after is the file a search comes by (as
 * path_shown names it, NULL = none), it goes on behind it: so a project's
 * profiles/gui.lua can require the profiles/gui.lua that is installed. Where there is no
 * project, what is installed is found without one. */
int profile_search(
	const char *name, const char *after, struct profile_source *out, struct err *e);
/* path relative to the working directory where that is shorter. The caller frees. */
char *path_shown(const char *path);

#endif
