/* SPDX-License-Identifier: MIT */
/* The parts of the self-test. */
#ifndef TRAINER_SELFTEST_H
#define TRAINER_SELFTEST_H

#include "train/run.h"

/* Prints one result; 1 when it is bad. */
int selftest_report(const char *what, double apart, double limit);

/* Some steps with graphs on a data set that the device holds, and without on the loader's
 * images: every array must come to the same bits. The number of bad results, or -1. */
int selftest_graphs(const struct options *o, int channels, struct err *e);

#endif
