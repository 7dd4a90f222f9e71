/* SPDX-License-Identifier: MIT */
/* Files for a container that are not put into it: they lie in a private directory of the
 * launch and are mounted one by one. */
#ifndef CNNRUN_LAUNCH_BIND_FILES_H
#define CNNRUN_LAUNCH_BIND_FILES_H

#include "plan/resolved.h"

/* Writes f below dir (made 0700; the janitor removes it) and adds a read-only mount of
 * it to s, for a directory a tmpfs of its owner. */
int bind_file(
	struct resolved *s, struct resolved_file *f, const char *dir, struct err *e);

#endif
