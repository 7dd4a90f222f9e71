/* SPDX-License-Identifier: MIT */
/* What is told while training: the line per epoch, a progress bar on a terminal, and in
 * the log folder train.jsonl and a TensorBoard event file. */
#ifndef TRAINER_REPORT_H
#define TRAINER_REPORT_H

#include "train/run.h"

/* Opens the log folder's files, and marks in them that a run begins. */
struct report *report_open(struct run *r, struct err *e);
void report_close(struct report *t);

struct epoch_result {
	long epoch; /* from 1 */
	double train_loss, train_accuracy, test_loss, test_accuracy, seconds;
	double rate; /* images/s of the training alone */
};

/* The clock of images/s: begins with the training of an epoch, or the rest of one. */
void report_begin(struct report *t);
double report_rate(const struct report *t);

/* loss: mean of the batch */
int report_step(struct report *t, double loss, int images, struct err *e);
int report_epoch(struct report *t, const struct epoch_result *result, struct err *e);
/* What was told so far has arrived; -1 when some of it is lost. */
int report_flush(struct report *t, struct err *e);
/* One line of news, at log level info or above. */
void report_note(struct report *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
