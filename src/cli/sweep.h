/* SPDX-License-Identifier: MIT */
/* The tasks of a sweep: the words that each adds to the command line. */
#ifndef CNNRUN_CLI_SWEEP_H
#define CNNRUN_CLI_SWEEP_H

#include "cli/evaluate.h"

struct sweep {
	struct sweep_option {
		char *name; /* "lr" of --lr */
		bool is_switch, negatable;
		struct strv values;
	} * v;
	size_t n, n_tasks;
};
void sweep_free(struct sweep *s);
#define AUTO_SWEEP __attribute__((cleanup(sweep_free)))

/* What the plan of ev asks for, checked against the options of its profile. */
int sweep_of(struct sweep *out, const struct evaluation *ev, struct err *e);
/* Adds the words of a task, the last option's values changing fastest. */
void sweep_words(const struct sweep *s, size_t task, struct strv *out);
/* words with others before its "--"; to is NULL-terminated. */
void sweep_line(struct strv *to, char *const *words, const struct strv *others);

#endif
