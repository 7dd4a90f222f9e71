/* SPDX-License-Identifier: MIT */
/* What a job of a cluster behind ssh made of the project comes home. */
#ifndef CNNRUN_CLI_THERE_FETCH_H
#define CNNRUN_CLI_THERE_FETCH_H

#include "batch/batch.h"
#include "cli/command.h"

/* Takes note of a job whose files went over: number, and directory there; dir has what
 * went. It is queued already: what fails is only said. */
void there_await_files(struct cli *c, const struct batch_job *what, const char *dir,
	const char *number, const char *there);
/* Those of a job that has ended. -1, and it is said, where some did not come. */
int there_bring(struct cli *c, const char *number);
/* How to get them, where some are awaited. */
void there_say_fetch(struct cli *c, const char *number);
/* cnnrun fetch, as it was typed. */
int there_fetch(struct cli *c, const struct opts *o, struct err *e);

#endif
