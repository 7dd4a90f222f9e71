/* SPDX-License-Identifier: MIT */
/* `cnntrain fetch cifar10|fashion|mnist`: the data sets, to where training looks for
 * them. */
#ifndef TRAINER_FETCH_H
#define TRAINER_FETCH_H

#include "train/options.h"

int fetch_run(const struct options *o, struct err *e);

#endif
