/* SPDX-License-Identifier: MIT */
/* The scheduler's own programs. */
#ifndef CNNRUN_BATCH_TOOL_H
#define CNNRUN_BATCH_TOOL_H

#include "base/buf.h"
#include "base/err.h"
#include "base/strv.h"

/* Runs the first word, found in PATH, and takes what it prints. -1: it is not there, gave
 * no answer in time, or failed, and e has its own words. What the user's environment
 * would have it leave out or write otherwise does not count. */
int tool_run(const struct strv *words, struct buf *out, struct err *e);

#endif
