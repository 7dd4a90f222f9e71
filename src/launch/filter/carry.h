/* SPDX-License-Identifier: MIT */
/* Bytes both ways between two connections, until both have ended. */
#ifndef CNNRUN_LAUNCH_CARRY_H
#define CNNRUN_LAUNCH_CARRY_H

#include <stdbool.h>

#include "base/buf.h"

/* first, unless NULL, goes from a to b before all else. descriptors: such as come along
 * are passed on too, where the other side can take them. */
void carry(int a, int b, const struct buf *first, bool descriptors);

#endif
