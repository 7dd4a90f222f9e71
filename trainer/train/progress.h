/* SPDX-License-Identifier: MIT */
/* What a checkpoint says of its run: where it stands, and what it was started with. */
#ifndef TRAINER_PROGRESS_H
#define TRAINER_PROGRESS_H

#include "net/safetensors.h"
#include "train/run.h"

/* As the metadata of a safetensors file; the caller frees it. */
char *progress_describe(const struct run *r);

/* Into r->at. -1 when this run has other images or options than that one. */
int progress_read(
	struct run *r, const struct st_file *f, const char *path, struct err *e);

#endif
