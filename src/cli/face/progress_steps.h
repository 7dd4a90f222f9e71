/* SPDX-License-Identifier: MIT */
/* What is known of a build's or pull's steps: the model behind the progress display. */
#ifndef CNNRUN_CLI_PROGRESS_STEPS_H
#define CNNRUN_CLI_PROGRESS_STEPS_H

#include <stdbool.h>

#include "base/buf.h"
#include "plan/progress.h"

enum step_state { STEP_RUNNING, STEP_DONE, STEP_FAILED };

struct step {
	int id;
	enum step_state state;
	bool layer;     /* of a pull: shown in sum, not alone */
	char *name;     /* printable */
	char *status;   /* what it does, "Extracting"; may be NULL */
	struct buf log; /* the last part of its output */
	bool log_cut;
	int64_t current, total;
	double seconds; /* that it took, or has left; 0 = unknown */
	bool cached;
};

struct steps {
	struct step *v;
	size_t n;
	int64_t sent; /* bytes of the context */
	bool sending;
	char *error; /* message of the failure, may be NULL */
};

/* Takes in one event. Returns the step it was about, NULL = none. */
struct step *steps_take(struct steps *s, const struct progress *p);
/* The last line of a step's output that is not blank, printable; "" = none yet. The
 * caller frees. */
char *step_last_line(const struct step *st);
/* Layers in sum. Returns how many there are. */
size_t steps_layers(
	const struct steps *s, size_t *done, int64_t *current, int64_t *total);
void steps_free(struct steps *s);

#endif
