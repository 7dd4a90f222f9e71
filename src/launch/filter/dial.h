/* SPDX-License-Identifier: MIT */
/* From the filter to a host of the list. */
#ifndef CNNRUN_LAUNCH_DIAL_H
#define CNNRUN_LAUNCH_DIAL_H

#include <stdbool.h>
#include <sys/socket.h>

/* A socket connected to host, or -1: *why it may not be, NULL = it is not there. What a
 * name leads to has to be an address of everybody's, or on the list itself. */
int dial(const char *host, unsigned port, const char **why);
/* Is it an address of the network at large, and not of this machine or a private net? */
bool dial_is_public(const struct sockaddr *a);

#endif
