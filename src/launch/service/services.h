/* SPDX-License-Identifier: MIT */
/* The services of a launch: the containers beside the main one, and the network they
 * share. They are in the main one's ledger and end with it. */
#ifndef CNNRUN_LAUNCH_SERVICES_H
#define CNNRUN_LAUNCH_SERVICES_H

#include "launch/launching.h"
#include "launch/session/relay.h"

struct services;

/* Makes their network. *out is to be ended, also after a failure. */
int services_network(struct launching *main, struct services **out, struct err *e);
/* Makes and starts them, each once those it is after are ready, until all are ready. What
 * they print is shown meanwhile, each line with the service's name. */
int services_begin(struct services *w, struct err *e);
/* For the main container's relay: goes on showing it; NULL = nothing is to be shown. */
const struct relay_side *services_side(const struct services *w);
/* Shows nothing from now on. */
void services_hush(struct services *w);
/* Stops and removes them and their network, -1 = something may be left; or leaves them to
 * the janitor. Frees w, which may be NULL. */
int services_end(struct services *w, bool leave);

#endif
