/* SPDX-License-Identifier: MIT */
/* What a launch puts into its container: mounted where that will do, which costs nothing;
 * else the engine unpacks an archive, which takes it 50 ms and more. */
#ifndef CNNRUN_LAUNCH_FILES_H
#define CNNRUN_LAUNCH_FILES_H

#include "launch/image/image_look.h"

/* Before the container is made: adds the identity's files to s, finds where all of them
 * go, which is never through an image's link into a mount, and mounts from dir those that
 * its user could not edit anyway, and those below a mount. 0 = none was mounted. */
int files_bind(struct image_look *k, struct resolved *s, const char *dir, struct err *e);
/* Takes the mounts of that back; n_mounts were there before. */
void files_unbind(struct resolved *s, size_t n_mounts);
/* Puts the rest into the created container. */
int files_put(struct engine *g, const char *id, const struct resolved *s, struct err *e);

#endif
