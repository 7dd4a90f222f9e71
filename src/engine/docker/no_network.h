/* SPDX-License-Identifier: MIT */
/* Network "none" the fast way. Docker makes a container with NetworkDisabled in half the
 * time of one with the network none, for it starts no helper process; but it then writes
 * no /etc/hosts either, and localhost has no address. That file is put in by us. */
#ifndef CNNRUN_ENGINE_NO_NETWORK_H
#define CNNRUN_ENGINE_NO_NETWORK_H

#include "plan/resolved.h"

/* Is the resolved plan's container made with NetworkDisabled? */
bool no_network(const struct resolved *s);
/* The text of the /etc/hosts it then needs and has not among its mounts, else NULL. */
const char *no_network_lacks(const struct resolved *s);
/* The /etc/hosts it then needs, as docker writes it. */
struct resolved_file no_network_hosts(void);

#endif
