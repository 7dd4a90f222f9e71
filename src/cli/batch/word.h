/* SPDX-License-Identifier: MIT */
/* Words that mean a job or a container. */
#ifndef CNNRUN_CLI_BATCH_WORD_H
#define CNNRUN_CLI_BATCH_WORD_H

#include "batch/jobs.h"
#include "cli/command.h"

struct job_named {
	struct job job;
	struct job_task *task; /* NULL = not said, and it has several */
	bool asked_task;       /* the word names one */
	int rank;              /* -1 = not said */
};
void job_named_free(struct job_named *n);
#define AUTO_JOB_NAMED __attribute__((cleanup(job_named_free)))

/* 1 = a job, 0 = a container, or no one's name. A container's name counts first, unless
 * --on slurm was given; where a job has it as well that is said. */
int job_or_container(
	struct cli *c, const char *word, struct job_named *out, struct err *e);
/* The same where only a job can be meant. */
int job_named(const char *word, struct job_named *out, struct err *e);
/* Fails: it has several, of which the command is for one. */
int job_which_task(const struct job_named *n, const char *command, struct err *e);

#endif
