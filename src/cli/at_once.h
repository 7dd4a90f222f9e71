/* SPDX-License-Identifier: MIT */
/* Several tasks of a sweep at once on this machine. */
#ifndef CNNRUN_CLI_AT_ONCE_H
#define CNNRUN_CLI_AT_ONCE_H

#include "cli/sweep.h"

/* So many of them: what the plan says, else as many as GPUs are free for, else one. */
int at_once_of(struct evaluation *ev);
/* Runs all tasks, n at once, each line of their output behind their words. The status of
 * the first that failed; a signal ends all. */
int at_once_run(struct cli *c, char *const *words, const struct sweep *s, int n);
/* Of a run that ended with status: is it to be run again? Counts in *again. */
bool goes_on(const struct settings *s, int status, int *again);

#endif
