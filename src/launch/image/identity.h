/* SPDX-License-Identifier: MIT */
/* The user's entries in the container's passwd and group files. */
#ifndef CNNRUN_LAUNCH_IDENTITY_H
#define CNNRUN_LAUNCH_IDENTITY_H

#include "engine/engine.h"
#include "plan/resolved.h"

/* Adds the merged /etc/passwd and /etc/group of the created container id to s's files.
 * The image's own are kept in a cache keyed on its id: reading them costs 60 ms each. */
int identity_files(struct engine *g, struct resolved *s, const char *id, struct err *e);

#endif
