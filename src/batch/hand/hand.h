/* SPDX-License-Identifier: MIT */
/* A job that comes from another machine, as a stream of what is to be in its directory.
 */
#ifndef CNNRUN_BATCH_HAND_HAND_H
#define CNNRUN_BATCH_HAND_HAND_H

#include "base/err.h"

/* The stream is a row of entries, each "TYPE MODE SIZE TIME PATH", a zero byte, and SIZE
 * bytes: f a file, l a symlink, whose bytes are what it says. MODE is octal, of a file of
 * the snapshot; others are the user's alone. TIME of its last change, in nanoseconds: by
 * it is known what the job changed. The last is "e 0 0 0 .": without it the stream was
 * cut. Nothing else may come than plan.json, variables.json, job.sh, task.N/plan.json and
 * what is below snapshot/. */

#define HAND_SNAPSHOT "snapshot"
#define HAND_SCRIPT   "job.sh"

/* Reads all of it from fd into dir, which is there and empty. No link is followed. */
int hand_read(int fd, const char *dir, struct err *e);
/* Writes what is in dir to fd. */
int hand_write(int fd, const char *dir, struct err *e);

#endif
