/* SPDX-License-Identifier: MIT */
/* A clean on its way. */
#ifndef CNNRUN_CLI_CLEANING_H
#define CNNRUN_CLI_CLEANING_H

#include "base/json.h"
#include "cli/command.h"

struct cleaning {
	struct cli *cli;
	struct engine *g;
	bool dry, boxes;
	size_t n_boxes; /* that stay */
	size_t n;       /* things removed, or that would be */
	int status;     /* 125 once something could not be removed */
	struct buf out;
	cJSON *list; /* what was told, for --json; NULL = words */
};

/* One thing; result is that of its removal. */
void told(struct cleaning *w, const char *kind, const char *name, int result,
	struct err *e);
/* Those that were built before what they were built on. */
int clean_images(struct cleaning *w, const struct kvs *built, struct err *e);
/* What a job of a cluster left on this node, and what earlier ones did that ended with
 * the node's power. root removes everybody's, but with SLURM_JOB_UID that user's only. */
int clean_job(struct cleaning *w, const char *job, struct err *e);
/* Images that were saved for jobs, and that none needs any more. */
void clean_tars(struct cleaning *w);
/* What Apptainer left on this node; images: those that it unpacked, too. */
void clean_unpacked(struct cleaning *w, bool images);

#endif
