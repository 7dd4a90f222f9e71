/* SPDX-License-Identifier: MIT */
/* A container that was kept is started once more. */
#ifndef CNNRUN_LAUNCH_KEPT_START_H
#define CNNRUN_LAUNCH_KEPT_START_H

#include "engine/engine.h"

/* Makes the places of its mounts again that are gone, as the user, and waits until its
 * command runs. gate: the name of its gate, its launch's id or what begins with that. */
int kept_start(struct engine *g, const char *id, const char *gate, struct err *e);

#endif
