/* SPDX-License-Identifier: MIT */
/* Bytes both ways between two connections, until both have ended. */
#ifndef CNNRUN_LAUNCH_CARRY_H
#define CNNRUN_LAUNCH_CARRY_H

#include "base/buf.h"

/* first goes from a to b before all else. */
void carry(int a, int b, const struct buf *first);

#endif
