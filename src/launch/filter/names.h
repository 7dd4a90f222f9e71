/* SPDX-License-Identifier: MIT */
/* Names of the list, and the loopback address that each has in the container: a program
 * that knows of no filter looks a name up, connects, and is known by where it went. */
#ifndef CNNRUN_LAUNCH_NAMES_H
#define CNNRUN_LAUNCH_NAMES_H

#include <netinet/in.h>
#include <stdbool.h>

#include "base/strv.h"
#include "plan/host_rule.h"

/* rules are borrowed. */
void names_begin(const struct strv *rules);
/* Is it on the list, at this port (0 = any)? host is as host_text() leaves it. */
bool names_list(const char *host, unsigned port);
/* The address of a name; false where no more names have room. */
bool names_address(const char *host, struct in_addr *out);
bool names_of(struct in_addr address, char out[HOST_MAX]);

#endif
