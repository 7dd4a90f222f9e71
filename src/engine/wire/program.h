/* SPDX-License-Identifier: MIT */
/* A program of this machine that is run to its end for what it says. */
#ifndef CNNRUN_ENGINE_PROGRAM_H
#define CNNRUN_ENGINE_PROGRAM_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/strv.h"

struct program {
	const struct strv *words; /* found on PATH */
	const char *input;        /* NULL = none; short */
	int limit_ms;             /* then it is killed; 0 = it has all the time */
	size_t most;              /* so many bytes may it say; 0 = 64 KiB */
	bool own_group;           /* a Ctrl-C is not for it */
	struct buf out, err; /* what it said; after the most of either it is killed */
	int status;          /* its exit status; 128 + n = of signal n */
};

/* -1: it was not run or had no time; e->code ENOENT = there is none. What it leaves
 * running in the background is not waited for. */
int program_run(struct program *p, struct err *e);
void program_free(struct program *p);

#endif
