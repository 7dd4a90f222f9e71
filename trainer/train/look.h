/* SPDX-License-Identifier: MIT */
/* Keeps a run's figure up to date for --gui and --plot. */
#ifndef TRAINER_LOOK_H
#define TRAINER_LOOK_H

#include "train/report.h"

struct look;

/* Writes the first PNG, so that one that cannot be written is known before the first
 * step. *out is NULL when neither is asked for; all else takes that. */
int look_open(struct look **out, struct run *r, struct err *e);
void look_close(struct look *l);
/* The window's predictions and filters follow too, as often as takes a hundredth of the
 * time at most. */
int look_step(struct look *l, double loss, struct err *e);
/* Also writes the PNG. */
int look_epoch(struct look *l, const struct epoch_result *result, struct err *e);

#endif
