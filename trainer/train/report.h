/* SPDX-License-Identifier: MIT */
/* What is told while training: the line per epoch, a progress bar on a terminal, and in
 * the log folder train.jsonl and a TensorBoard event file. */
#ifndef TRAINER_REPORT_H
#define TRAINER_REPORT_H

#include "train/run.h"

/* Opens the log folder's files; NULL log_dir writes none. */
struct report *report_open(struct run *r, struct err *e);
void report_close(struct report *t);

struct epoch_result {
	double train_loss, train_accuracy, test_loss, test_accuracy, seconds;
};

/* loss: mean of the batch */
void report_step(struct report *t, double loss, int images);
void report_epoch(struct report *t, const struct epoch_result *result);
/* One line of news, at log level info or above. */
void report_note(struct report *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
