/* SPDX-License-Identifier: MIT */
/* logs of a job. */
#ifndef CNNRUN_CLI_JOB_LOGS_H
#define CNNRUN_CLI_JOB_LOGS_H

#include "cli/batch/word.h"

/* With logs' own options. */
/* Those of a job of a cluster behind ssh. */
int job_logs_there(struct cli *c, const struct opts *o, struct err *e);
int job_logs(struct job_named *n, const struct opts *o, struct err *e);

#endif
