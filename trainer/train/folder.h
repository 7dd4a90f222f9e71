/* SPDX-License-Identifier: MIT */
/* The log folder: what a run may find there, and leave. */
#ifndef TRAINER_FOLDER_H
#define TRAINER_FOLDER_H

#include "train/options.h"

#define FOLDER_TRAIN "train.safetensors" /* to go on from */
#define FOLDER_MODEL "model.safetensors" /* for others */
#define FOLDER_LINES "train.jsonl"

/* -1 when another run is there and neither --resume nor --overwrite was given. */
int folder_check(const struct options *o, struct err *e);

/* What will be written there must be possible before the first step. */
int folder_open(const struct options *o, struct err *e);

/* --overwrite: what a run there left goes; all else stays. */
int folder_clear(const struct options *o, struct err *e);

#endif
