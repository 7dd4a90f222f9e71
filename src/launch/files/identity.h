/* SPDX-License-Identifier: MIT */
/* The user's entries in the container's passwd and group files. */
#ifndef CNNRUN_LAUNCH_IDENTITY_H
#define CNNRUN_LAUNCH_IDENTITY_H

#include "launch/image/image_look.h"

/* Adds the image's /etc/passwd and /etc/group, merged with s's identity, to s's files,
 * but what a mount lies over. */
int identity_files(struct image_look *k, struct resolved *s, struct err *e);

/* The image's file of that path; *covered: a mount of the plan's lies over it, and is
 * what counts. *text is the caller's, NULL = there is none. */
int identity_text(struct image_look *k, const struct resolved *s, const char *path,
	char **text, bool *covered, struct err *e);

#endif
