/* SPDX-License-Identifier: MIT */
/* The labels on everything cnnrun makes, and whether a maker still lives. */
#ifndef CNNRUN_LAUNCH_OWNER_H
#define CNNRUN_LAUNCH_OWNER_H

#include <stdbool.h>
#include <sys/types.h>

#define LABEL_CNNRUN  "cnnrun"         /* "1" */
#define LABEL_PROFILE "cnnrun.profile" /* absolute path */
#define LABEL_PROJECT "cnnrun.project" /* absolute directory */
#define LABEL_UID     "cnnrun.uid"     /* who launched */
#define LABEL_LAUNCH  "cnnrun.launch"  /* unique per launch; the ledger's name */

/* Start time of a process in clock ticks since boot, from /proc; 0 = no such process.
 * (pid, start) names a process for ever on one boot. */
unsigned long long process_start(pid_t pid);

#endif
