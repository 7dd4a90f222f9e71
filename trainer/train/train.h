/* SPDX-License-Identifier: MIT */
/* What the program can do with a network; one line of error each. */
#ifndef TRAINER_TRAIN_H
#define TRAINER_TRAIN_H

#include "train/options.h"

/* Epochs of steps, each followed by the test. */
int train_run(const struct options *o, struct err *e);
/* --eval: the test set alone. */
int eval_run(const struct options *o, struct err *e);
/* --predict: image files. */
int predict_run(const struct options *o, struct err *e);
/* selftest: --device against the plain CPU kernels. */
int selftest_run(const struct options *o, struct err *e);

#endif
