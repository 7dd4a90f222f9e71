/* SPDX-License-Identifier: MIT */
/* exec in a job's container. */
#ifndef CNNRUN_CLI_JOB_EXEC_H
#define CNNRUN_CLI_JOB_EXEC_H

#include "cli/batch/word.h"

/* With exec's own options and words, the first of which is the job: becomes srun, so
 * that it returns only where that fails. */
int job_exec(struct job_named *n, const struct opts *o, struct err *e);

#endif
