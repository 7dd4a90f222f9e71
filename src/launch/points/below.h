/* SPDX-License-Identifier: MIT */
/* What is made below the source of a mount, so that the engine need not. */
#ifndef CNNRUN_LAUNCH_BELOW_H
#define CNNRUN_LAUNCH_BELOW_H

#include "launch/points/points.h"

/* Is a directory mounted there, or something else? */
bool mount_of_directory(const struct resolved_mount *m);
/* Makes what p needs in m, a mount of the user's files. */
int point_make(const struct resolved_mount *m, const struct point *p, struct err *e);

#endif
