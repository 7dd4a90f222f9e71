/* SPDX-License-Identifier: MIT */
/* What tells boxes apart: their names, and what they were made of. */
#ifndef CNNRUN_LAUNCH_BOX_NAME_H
#define CNNRUN_LAUNCH_BOX_NAME_H

#include "base/digest.h"
#include "plan/resolved.h"

/* "demo-gui-3f9a2c": of the box that this user has of the profile in the project. The
 * caller frees. */
char *box_name(const char *project, const char *profile);
/* Of what makes a box what it is, the files that say its system calls included. What each
 * entering brings anew is not in it, nor is the image, which has an id. */
void box_digest(const struct plan *p, const struct resolved *s, char hex[DIGEST_HEX]);

#endif
