/* SPDX-License-Identifier: MIT */
/* A job for a cluster behind ssh: frozen here, handed to the cnnrun of its login host. */
#ifndef CNNRUN_CLI_BATCH_SUBMIT_THERE_H
#define CNNRUN_CLI_BATCH_SUBMIT_THERE_H

#include "batch/batch.h"
#include "cli/evaluate.h"

/* Can all of it go there? What it mounts of the project counts as carried from then on.
 */
int submit_there_check(struct plan *p, struct err *e);
/* As submit_plan(); dir is a name for what is frozen, gone afterwards. */
int submit_there(struct evaluation *ev, const struct batch_job *what,
	const struct run_hooks *h, const char *dir, struct err *e);

#endif
