/* SPDX-License-Identifier: MIT */
/* A cluster behind ssh: the cnnrun of its login host does there what is typed here. */
#ifndef CNNRUN_CLI_THERE_H
#define CNNRUN_CLI_THERE_H

#include "cli/command.h"
#include "engine/wire/ssh.h"

/* A command as it was typed, there: its options, words and streams. Its status. */
int there_command(struct cli *c, const char *name, const struct opts *o, struct err *e);

/* The first words of such a command. */
void there_words(struct strv *words, const char *name);
/* Begins cnnrun there with these words, and the streams that t says. */
int there_begin(
	struct cli *c, const struct strv *words, struct ssh_there *t, struct err *e);
/* The same to its end, whose status must be 0; out is what it printed. */
int there_ask(struct cli *c, const struct strv *words, struct buf *out, struct err *e);
/* Its streams are this process's, on a terminal over there where this has one. */
void there_streams(struct ssh_there *t);
/* Until its end, of which *status and t->lost tell, or until a signal, which is the
 * result and which it does not outlive here. signals: of leave_begin(). */
int there_await(struct ssh_there *t, int signals, int *status);
int there_lost(const struct cli *c, struct err *e); /* the connection broke; -1 */
/* That, or the status that a command ended with; -1. */
int there_failed(const struct cli *c, const struct ssh_there *t, const char *name,
	int status, struct err *e);
/* What job-give says first, whether the job has ended, and what it ends with where there
 * is no such job. */
enum { THERE_ENDED_SO_FAR = 'e', THERE_GOES_ON = 'g', THERE_NO_JOB = 3 };

/* The words that lead a command there, for the user to type: "cnnrun --on WHERE". */
char *there_typed(const struct cli *c);

/* One that was submitted just now, to its end: what it says, from the same byte on where
 * the connection breaks, or, of several tasks, their live table. A Ctrl-C asks what
 * shall become of it; at its end what it made comes home. Its end's status, or 128 +
 * signal if it was left. */
struct there_job {
	char *number;
	bool tasks;   /* it has several */
	bool awaited; /* something of the project may come home */
};
int there_follow(struct cli *c, const struct there_job *j, struct err *e);
/* What a job says, for cnnrun logs -f, as it was typed: 0 once it has ended. */
int there_logs(struct cli *c, const struct opts *o, struct err *e);

#endif
