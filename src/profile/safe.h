/* SPDX-License-Identifier: MIT */
/* Directories that others may change and that the user trusts all the same: a line each
 * in $XDG_CONFIG_HOME/cnnrun/safe-directories, as git's safe.directory. "/dir" is that
 * directory, "/dir/" and a star are all below it. */
#ifndef CNNRUN_PROFILE_SAFE_H
#define CNNRUN_PROFILE_SAFE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/strv.h"

#define SAFE_NAME "safe-directories"

/* Is this project one of them? */
bool safe_project(const char *dir);
/* Does the file or directory lie in one of them? */
bool safe_file(const char *path);

/* Adds those that are there, by their real names. A file that others could change counts
 * for nothing: -1. */
int safe_list(struct strv *out, struct err *e);
/* Adds one that is there; relative to the working directory. */
int safe_add(const char *dir, struct err *e);

#endif
