/* SPDX-License-Identifier: MIT */
/* The sources of bind mounts between resolve and the start: a container that runs already
 * may put a symlink in the place of a directory that was looked at. */
#ifndef CNNRUN_LAUNCH_SOURCES_H
#define CNNRUN_LAUNCH_SOURCES_H

#include "plan/resolved.h"

/* Makes the missing directories, as the user, and takes note of them. */
int sources_make(struct resolved *s, struct err *e);
/* Does every source still lead, through no symlink, to what resolve found there? To be
 * asked right before and right after the engine mounts them: it looks paths up itself. */
int sources_check(const struct resolved *s, struct err *e);

#endif
