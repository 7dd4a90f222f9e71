/* SPDX-License-Identifier: MIT */
/* The sources of bind mounts between resolve and the start: a container that runs already
 * may put a symlink in the place of a directory that was looked at. */
#ifndef CNNRUN_LAUNCH_SOURCES_H
#define CNNRUN_LAUNCH_SOURCES_H

#include "plan/resolved.h"

/* Makes the missing directories, as the user and through no symlink, and opens them. */
int sources_make(struct resolved *s, struct err *e);
/* Lies all that resolve opened still where it was found? ESTALE: no. */
int sources_check(const struct resolved *s, struct err *e);

#endif
