/* SPDX-License-Identifier: MIT */
/* The user's entries in the container's passwd and group files. */
#ifndef CNNRUN_LAUNCH_IDENTITY_H
#define CNNRUN_LAUNCH_IDENTITY_H

#include "launch/image/image_look.h"

/* Adds the image's /etc/passwd and /etc/group, merged with s's identity, to s's files,
 * but what a mount lies over. */
int identity_files(struct image_look *k, struct resolved *s, struct err *e);

#endif
