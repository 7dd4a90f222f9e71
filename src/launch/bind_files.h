/* SPDX-License-Identifier: MIT */
/* For a read-only root file system, into which the engine puts nothing: the files lie in
 * a private directory of the launch and are mounted one by one. */
#ifndef CNNRUN_LAUNCH_BIND_FILES_H
#define CNNRUN_LAUNCH_BIND_FILES_H

#include "plan/resolved.h"

/* Writes s's files below dir (made 0700; the janitor removes it) and adds a read-only
 * mount for each, for each directory a tmpfs of its owner. */
int bind_files(struct resolved *s, const char *dir, struct err *e);
/* Removes such a directory; fine when there is none. */
void bind_files_remove(const char *dir);

#endif
