/* SPDX-License-Identifier: MIT */
/* How far a task is, by what it writes. */
#ifndef CNNRUN_BATCH_JOB_METRIC_H
#define CNNRUN_BATCH_JOB_METRIC_H

#include "batch/jobs.h"

struct job_metric {
	int64_t step, of; /* -1 = not known */
	int64_t from;     /* the step that this turn began at */
	double loss, acc; /* NaN = not known */
	char *line;       /* the last of its log; NULL = it is empty */
	char *words; /* of a sweep: what is another than in the other tasks; or NULL */
};
void job_metric_free(struct job_metric *m);
#define AUTO_METRIC __attribute__((cleanup(job_metric_free)))

/* Of the trainer's train.jsonl, where the plan leads to one that is of this job, and of
 * the log. What they say is a container's word. */
void job_metric_read(
	const struct job *j, const struct job_task *t, struct job_metric *out);
/* The same from the text of train.jsonl alone; steps that came before its last run do not
 * count. */
void metric_of_jsonl(char *text, struct job_metric *out);

#endif
