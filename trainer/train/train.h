/* SPDX-License-Identifier: MIT */
/* The training run: epochs of steps, the test, and what is told about them. */
#ifndef TRAINER_TRAIN_H
#define TRAINER_TRAIN_H

#include "train/options.h"

int train_run(const struct options *o, struct err *e);

#endif
