/* SPDX-License-Identifier: MIT */
/* Jobs for a cluster, made of evaluated profiles. */
#ifndef CNNRUN_CLI_BATCH_SUBMIT_H
#define CNNRUN_CLI_BATCH_SUBMIT_H

#include "cli/evaluate.h"

/* What is only for jobs and was typed; NULL = nothing. */
const char *submit_asked(const struct opts *o);
/* Prints the script; nothing is asked or done. */
int submit_script(const struct evaluation *ev, struct err *e);
/* Follows it to its end, whose status it gives; with --detach prints the job's number.
 * words is what was evaluated: of a sweep, it is once more for each task. */
int submit_plan(struct evaluation *ev, char *const *words, struct err *e);

#endif
