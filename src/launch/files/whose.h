/* SPDX-License-Identifier: MIT */
/* Users of the image: by what number they run, and whose things are. */
#ifndef CNNRUN_LAUNCH_WHOSE_H
#define CNNRUN_LAUNCH_WHOSE_H

#include "launch/image/image_look.h"

/* Is there something in s that depends on a user of the image? */
bool whose_is_open(const struct resolved *s);
/* Finds him in the image's /etc/passwd and /etc/group, and gives him what is to be his:
 * s knows numbers afterwards. */
int whose_settle(struct image_look *k, struct resolved *s, struct err *e);

#endif
