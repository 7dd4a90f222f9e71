/* SPDX-License-Identifier: MIT */
/* The places below the user's files once more, for a container that is started again:
 * whoever could write there may have taken them away, and the engine would make them as
 * root. What they are is kept in the container's gate. */
#ifndef CNNRUN_LAUNCH_POINTS_AGAIN_H
#define CNNRUN_LAUNCH_POINTS_AGAIN_H

#include "base/json.h"
#include "launch/points/points.h"

void points_note(cJSON *notes, const struct resolved_mount *m, const struct point *p);
int points_keep(const char *gate, const cJSON *notes, struct err *e);
/* Makes what is missing, as the user; fine where nothing was kept. */
int points_again(const char *gate, struct err *e);

#endif
