/* SPDX-License-Identifier: MIT */
/* What a job says, read piece by piece while it grows. */
#ifndef CNNRUN_BATCH_JOB_LOG_H
#define CNNRUN_BATCH_JOB_LOG_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* Zero-initialise but for these: */
struct job_log {
	const char *path;
	int rank;     /* its lines alone, without their label; -1 = all, as they are */
	int64_t skip; /* bytes of what is told that are left out */

	int64_t at;      /* of the file, all before it was read */
	struct buf line; /* of a rank, not ended yet */
};
void job_log_end(struct job_log *l);
#define AUTO_JOB_LOG __attribute__((cleanup(job_log_end)))

/* Begins at the last n lines. */
int job_log_tail(struct job_log *l, int n, struct err *e);
/* Appends what has come since, a piece of it; nothing where nothing has. A file that is
 * not there yet is empty. It is opened each time: on a file system of several machines
 * that is what shows others' latest. */
int job_log_more(struct job_log *l, struct buf *out, struct err *e);
/* Appends a last line without an end. */
void job_log_rest(struct job_log *l, struct buf *out);

#endif
