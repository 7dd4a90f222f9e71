/* SPDX-License-Identifier: MIT */
/* What the program can do with a network: the status to end with, or -1 and one line of
 * error. */
#ifndef TRAINER_TRAIN_H
#define TRAINER_TRAIN_H

#include "train/options.h"

/* Epochs of steps, each followed by the test; --interrupted_status when stopped before.
 */
int train_run(const struct options *o, struct err *e);
/* --eval: the test set alone. */
int eval_run(const struct options *o, struct err *e);
/* --predict: image files. */
int predict_run(const struct options *o, struct err *e);
/* selftest: --device against the plain CPU kernels. */
int selftest_run(const struct options *o, struct err *e);

#endif
