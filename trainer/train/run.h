/* SPDX-License-Identifier: MIT */
/* One training run: what train.c, checkpoint.c and report.c share. */
#ifndef TRAINER_RUN_H
#define TRAINER_RUN_H

#include "data/loader.h"
#include "net/backend.h"
#include "team/team.h"
#include "train/options.h"

struct report;
struct look;
struct lock;

/* Where a run stands; all of it is in a checkpoint. */
struct progress {
	long step;                  /* taken so far */
	long epoch;                 /* being trained */
	long batch;                 /* taken in it */
	double loss, correct, seen; /* summed over it */
	double elapsed;             /* seconds, over all resumes */
};

struct run {
	const struct options *o;
	struct net net;
	struct backend *b;
	char *place; /* where the images are */
	struct dataset train, test;
	struct loader *loader;
	struct team *team; /* NULL: alone */
	struct adam adam;
	struct progress at;
	struct report *report;
	struct look *look; /* NULL: nobody looks */
	struct lock *lock; /* of the log folder; NULL: not the first of a team */
	bool eager;        /* no graphs: the self-test compares */
	bool resumed;      /* from a checkpoint */
	bool stopped;      /* a signal came to this or another process */
	double start;      /* clock_now() less what earlier runs took */
};

/* Seconds of a clock that only goes forward. */
double clock_now(void);

/* Backend and initial weights: of --weights, or by --seed. Collective in a team, whose
 * ranks must have been started alike. */
int run_open_model(struct run *r, struct err *e);
void run_close(struct run *r);

/* Which of the CPU's kernels the options ask for: see ops_find(). */
const char *run_kernels(const struct options *o);

/* Lets the backend keep a data set in its own memory, if it has any and d fits. */
int run_hold(struct run *r, struct dataset *d, struct err *e);

/* What a run that diverged ends with; returns -1. */
int run_diverged(const struct run *r, const char *what, struct err *e);

/* The whole test set. */
int run_test(struct run *r, double *accuracy, double *loss, struct err *e);

#endif
