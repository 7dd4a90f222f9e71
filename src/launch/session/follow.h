/* SPDX-License-Identifier: MIT */
/* A container's log for as long as it grows. */
#ifndef CNNRUN_LAUNCH_FOLLOW_H
#define CNNRUN_LAUNCH_FOLLOW_H

#include "engine/container.h"

/* All of log, to standard output and error, and then of the last line what the log's
 * readers were not told. heard, which was attached before the log was asked for, may be
 * NULL. timestamps: each line of the log begins with one. */
int follow(struct stream *log, struct stream *heard, bool timestamps, struct err *e);

#endif
