/* SPDX-License-Identifier: MIT */
/* The jobs of this user: a directory each, and how they stand. */
#ifndef CNNRUN_BATCH_JOBS_H
#define CNNRUN_BATCH_JOBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum job_state {
	JOB_UNKNOWN, /* nobody knows any more: it is never guessed that it went well */
	JOB_WAITING,
	JOB_RUNNING,
	JOB_DONE,
	JOB_FAILED,
	JOB_CANCELLED,
	JOB_TIMED_OUT,
	JOB_LOST, /* its node failed, and it is not begun again */
};

/* One of an array, or the job itself. */
struct job_task {
	int index; /* -1 = the job is no array */
	enum job_state state;
	int status;          /* -1 = not known, or not ended */
	int64_t began, left; /* when, and seconds to its time limit; -1 = not known */
	bool killed;         /* the scheduler ended it, or has it begin again */
	char *id;            /* the scheduler's, while it runs; may be NULL */
	char *hosts, *why;   /* nodes; what it waits for; may be NULL */
};

struct job {
	char *dir;               /* where what it was made of and says lies */
	char *number;            /* the scheduler's; another job may have it later */
	char *profile, *project; /* may be NULL */
	int64_t submitted;
	int nodes, per_node;
	struct job_task *tasks; /* at least one */
	size_t n_tasks;
};
void job_free(struct job *j);
#define AUTO_JOB __attribute__((cleanup(job_free)))

struct jobs {
	struct job *v;
	size_t n;
};
void jobs_free(struct jobs *l);
#define AUTO_JOBS __attribute__((cleanup(jobs_free)))

/* All of this user's that are kept, the newest first, as far as their directories tell:
 * those whose task left exit.json have ended. only: those of this number or directory's
 * name; NULL = all. */
void jobs_list(struct jobs *out, const char *only);
/* One of them, as it is now. */
int job_read(const char *dir, struct job *out, struct err *e);
/* Has one ended by its own word since? What it was ended by is the scheduler's to say. */
bool job_look(const struct job *j, struct job_task *t);
/* Asks the scheduler about those that have not ended by their own word; one call for all.
 * -1: it did not answer, and they stay unknown. */
int jobs_ask(struct jobs *l, struct err *e);

/* Has the scheduler end a task of it, or all of it where that is NULL. */
int job_cancel(struct job *j, const struct job_task *only, struct err *e);
/* What follows from how t ended: its status; for what the scheduler ended, 143 when it
 * was cancelled, 124 for its time limit, else 125. */
int job_end_status(const struct job *j, const struct job_task *t);

/* What "42", "42_3", "42/1", "42_3/1" and the name of a directory mean. */
struct job_word {
	char *name;     /* "42" or the directory's */
	int task, rank; /* -1 = not said */
};
/* May it be one? The caller frees out->name. */
bool job_word_read(const char *word, struct job_word *out);
/* The newest job that it means. task is checked, rank too; out is not touched where there
 * is none. */
int job_find(const char *word, struct job *out, int *task, int *rank, struct err *e);

/* The state of all its tasks together, and the first status that is not 0. */
enum job_state job_state(const struct job *j);
int job_status(const struct job *j);
bool job_ended(enum job_state s);
const char *job_state_word(enum job_state s);
/* "42" or "42_3". The caller frees. */
char *job_task_name(const struct job *j, const struct job_task *t);
/* Of its directory, or of a task's folder there. The caller frees. */
char *job_file(const struct job *j, const struct job_task *t, const char *name);

/* Lines of squeue, and of sacct, about jobs of l. Text of others. */
void squeue_read(struct jobs *l, char *text);
void sacct_read(struct jobs *l, char *text);
/* A name for the directory of one that is to be submitted. The caller frees. */
char *job_dir_new(void);

#endif
