/* SPDX-License-Identifier: MIT */
/* What a job of a cluster behind ssh made of the project comes home. */
#ifndef CNNRUN_CLI_THERE_FETCH_H
#define CNNRUN_CLI_THERE_FETCH_H

#include "batch/batch.h"
#include "cli/command.h"

/* Takes note of a job whose files went over: number, and directory there; dir has what
 * went. It is queued already: what fails is only said. Is anything to come home? */
bool there_await_files(struct cli *c, const struct batch_job *what, const char *dir,
	const char *number, const char *there);
/* Those of a job that has ended. 0, or the status that says that some did not come. */
int there_bring(struct cli *c, const char *number);
/* cnnrun fetch, as it was typed. */
int there_fetch(struct cli *c, const struct opts *o, struct err *e);

#endif
