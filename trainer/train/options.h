/* SPDX-License-Identifier: MIT */
/* The command line: one table of options parses it and prints --help. */
#ifndef TRAINER_OPTIONS_H
#define TRAINER_OPTIONS_H

#include "base/err.h"
#include "data/dataset.h"
#include "net/backend.h"

/* What to do with another run's files in --log_dir. */
enum old_run { OLD_REFUSE, OLD_RESUME, OLD_OVERWRITE };

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

struct options {
	enum dataset_kind kind;
	int num_epochs, batch_size, num_workers, threads;
	long max_steps; /* 0: no limit */
	long seed;
	double lr;
	long save_every;        /* steps; 0: at each epoch's end */
	int max_seconds;        /* 0: no limit */
	int interrupted_status; /* what a run ends with that was stopped before its end */
	const char *data_dir;   /* NULL: the usual places */
	const char *device, *isa, *log_dir, *weights, *plot, *url;
	char **pictures; /* of --predict; borrowed from argv */
	int picture_count;
	enum precision precision;
	enum log_level log_level;
	enum old_run old;     /* of --resume and --overwrite, the last one */
	const char *argument; /* of the command */
	const char *command;  /* "selftest", "fetch", or NULL to train */
	bool gui, no_graph, help, version, eval, predict;
};

/* 0, or -1 with e set. Strings are borrowed from argv. */
int options_parse(struct options *o, int argc, char **argv, struct err *e);
void options_help(void);
const char *precision_name(enum precision p);

#endif
