/* SPDX-License-Identifier: MIT */
/* A job of a cluster behind ssh, watched for as long as one connection lives. */
#ifndef CNNRUN_CLI_THERE_ONCE_H
#define CNNRUN_CLI_THERE_ONCE_H

#include "cli/command.h"

struct there_watch {
	struct cli *c;
	const char *job;
	bool table;       /* of its tasks; else what it says */
	const char *tail; /* --tail as it was typed, NULL */
	int64_t at;       /* so many bytes of it have been printed */
	int signals;      /* of leave_begin() */
	int left_by;      /* the signal */
};

/* How a connection went: e is set after FAILED, which is for good, and NOT_MADE. */
enum there_ended { THERE_ENDED, THERE_FAILED, THERE_NOT_MADE, THERE_BROKE };
/* *status: of the command there, if it has ended. w->left_by: the user has left. */
enum there_ended there_once(struct there_watch *w, int *status, struct err *e);
/* What a signal of this side's means. 0 = stay with it; above: w->left_by. */
int there_signal(struct there_watch *w, int sig, struct err *e);

#endif
