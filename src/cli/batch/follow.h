/* SPDX-License-Identifier: MIT */
/* A job watched to its end. */
#ifndef CNNRUN_CLI_FOLLOW_H
#define CNNRUN_CLI_FOLLOW_H

#include "batch/job_log.h"
#include "batch/jobs.h"

/* Prints what it says until it has ended, and says how it stands meanwhile. Ctrl-C asks
 * once what shall become of it; without a terminal it goes on, as after a TERM: *left_by
 * is the signal that made us leave, 0 = it has ended. */
int follow_job(struct job *j, struct job_task *t, struct job_log *log, int *left_by,
	struct err *e);
/* Prints a piece of it. false: nobody reads. */
bool follow_put(const char *data, size_t n);
/* Prints all there is now. EPIPE: nobody reads it. */
int log_print(struct job_log *log, struct err *e);

#endif
