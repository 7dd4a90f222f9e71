/* SPDX-License-Identifier: MIT */
/* What the container's kernel counts: packets that had no way out. */
#ifndef CNNRUN_LAUNCH_ROUTES_H
#define CNNRUN_LAUNCH_ROUTES_H

#include <stddef.h>

enum { ROUTES = 2 };

/* Open on the container's /proc/net/snmp and snmp6. */
void routes_begin(const int *fds, size_t n);
/* Says what is new. */
void routes_look(void);

#endif
