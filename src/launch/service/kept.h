/* SPDX-License-Identifier: MIT */
/* The services of a box, which stay with it. Each is known by the launch that made the
 * box. */
#ifndef CNNRUN_LAUNCH_SERVICES_KEPT_H
#define CNNRUN_LAUNCH_SERVICES_KEPT_H

#include "launch/service/services.h"

/* Those of a launch are from now on those of the box of this name; w may be NULL. */
int services_keep(struct services *w, const char *box, struct err *e);
/* Starts those that do not run, each once those it is after are ready, until all are. */
int services_again(struct engine *g, const char *launch, struct err *e);
/* seconds: each may take, -1 = its own. */
int services_stop(struct engine *g, const char *launch, int seconds, struct err *e);
/* Stops and removes them, and their network. */
int services_remove(struct engine *g, const char *launch, struct err *e);

#endif
