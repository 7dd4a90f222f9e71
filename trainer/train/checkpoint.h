/* SPDX-License-Identifier: MIT */
/* Checkpoints: model.safetensors for others, train.safetensors to go on from. */
#ifndef TRAINER_CHECKPOINT_H
#define TRAINER_CHECKPOINT_H

#include "train/run.h"

/* Writes both to the log folder, each atomically. train.safetensors alone has all that
 * checkpoint_resume needs, so a kill between the two harms nothing. */
int checkpoint_save(struct run *r, struct err *e);

/* Goes on from the log folder's checkpoint; *found is false when there is none. */
int checkpoint_resume(struct run *r, bool *found, struct err *e);

/* Weights and statistics of the network's own names, as PyTorch saves them. */
int checkpoint_load_weights(struct run *r, const char *path, struct err *e);

#endif
