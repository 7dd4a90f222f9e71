/* SPDX-License-Identifier: MIT */
/* Jobs as rows. */
#ifndef CNNRUN_CLI_JOBS_TABLE_H
#define CNNRUN_CLI_JOBS_TABLE_H

#include "base/buf.h"
#include "base/json.h"
#include "batch/jobs.h"

/* A row a job, or with one a row a task, with how far it is, and below several how many
 * are in which state; rows at most, 0 = all. fits: no line is longer than the terminal is
 * wide.
 */
void jobs_table(struct buf *b, const struct jobs *l, bool fits, size_t rows);
void tasks_table(struct buf *b, const struct job *j, bool fits, size_t rows);
/* Shows the tasks of one until they have ended; 128 and more: a signal came before. */
int jobs_watch(const char *job, struct err *e);
/* The caller deletes. */
cJSON *jobs_json(const struct jobs *l, bool tasks);

#endif
