/* SPDX-License-Identifier: MIT */
/* Which places the engine mounts on and works in. */
#ifndef CNNRUN_LAUNCH_LIST_H
#define CNNRUN_LAUNCH_LIST_H

#include "launch/points/points.h"

void points_add(
	struct points *p, const char *path, enum point_kind kind, bool is_directory);
/* Appends all of s, once it is settled; refuses those that a link of the image leads into
 * a mount. */
int points_list(
	struct image_look *k, const struct resolved *s, struct points *p, struct err *e);

#endif
