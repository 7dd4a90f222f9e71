/* SPDX-License-Identifier: MIT */
/* A plan that is carried out elsewhere and later: frozen, given to a scheduler, launched
 * on a node. A scheduler is no engine: it runs launch on another machine. */
#ifndef CNNRUN_BATCH_BATCH_H
#define CNNRUN_BATCH_BATCH_H

#include "launch/run.h"

/* How it is to get there, as the user typed it. */
struct batch_wish {
	const char *partition; /* "" = any */
	const char *engine;    /* of the nodes; NULL = what each has */
	bool snapshot;         /* of the project, in the directory of the job */
	bool there;            /* another machine's cnnrun gets it: batch_take() */
	bool image_tar;        /* images go along, even where a registry has them */
	struct strv options;   /* of sbatch's: "account=me" */
};

/* One of a sweep. */
struct batch_task {
	struct plan plan;
	char *words; /* of the command line, by which it differs from the others */
};

struct batch_job {
	const struct run_request *r;
	const struct batch_wish *wish;
	struct batch_task *tasks; /* those of a sweep, in place of the plan of r */
	size_t n_tasks;           /* 0 = it is one */
};
void batch_job_free(struct batch_job *j);
#define AUTO_BATCH_JOB __attribute__((cleanup(batch_job_free)))

/* Resolves and allows it here, makes its image, and writes what a node needs into dir,
 * the user's alone: the plan with ids for names and the rights that were granted; values
 * of variables in a file of their own. A task of a sweep has the folder task.N there. */
int batch_freeze(struct engine *g, const struct batch_job *j, const struct run_hooks *h,
	const char *dir, struct err *e);
/* One task of it, as this machine would run it: what it may do is the same. Borrows all.
 */
struct plan batch_one(const struct plan *p);
/* So many GPUs has each task of it; *all: as many as there are. */
int batch_gpus(const struct plan *p, bool *all);
/* Can the cluster do it at all? */
int batch_check(const struct plan *p, struct err *e);

/* Adds the shell text of scripts/NAME, without the comment it begins with. */
int batch_script(const char *name, struct buf *out, struct err *e);
/* Names of what a node gets of this environment. */
extern const char *const slurm_exports;
/* The script for sbatch, whose arguments are dir and the program cnnrun; n_tasks of a
 * sweep, 0 = it is none. */
int slurm_script(const struct plan *p, const struct batch_wish *wish, size_t n_tasks,
	struct buf *out, struct err *e);
/* The lines of the script that the wish asks for, checked. */
int slurm_options(const struct batch_wish *wish, struct buf *out, struct err *e);
/* Does the cluster take so many tasks in one array? */
int slurm_room(size_t n_tasks, struct err *e);
/* Are there nodes in the partition that are other machines than this one? */
int slurm_elsewhere(const char *partition, bool *yes, struct err *e);
/* Gives sbatch the script that lies in dir as job.sh; partition "" = what the user's
 * environment says. *job is the scheduler's number; the caller frees. */
int slurm_queue(const char *dir, const char *project, const char *partition, bool array,
	char **job, struct err *e);
/* Writes that script. */
int slurm_write(const struct batch_job *j, const char *dir, struct err *e);
/* Both. *job as above. */
int slurm_submit(const struct batch_job *j, const char *dir, char **job, struct err *e);

/* A job that another machine froze comes from fd, as hand.h says, into dir, and is queued
 * here. -1: nothing is queued, and dir is gone. *job as with slurm_submit(). */
int batch_take(struct engine *g, int fd, const char *partition, const struct run_hooks *h,
	const char *dir, char **job, struct err *e);

/* One task on a node: launches what was frozen in dir, and nothing that it was not
 * granted. *status is what the task ends with. g NULL: by the program apptainer. */
int node_run(struct engine *g, const char *apptainer, const char *dir,
	const struct run_hooks *h, int *status, struct err *e);

/* Where the ranks of this job are to meet, asked on the node of the first. */
int node_port(struct err *e);

/* An Epilog for slurmd, which has this program clean each node of a job. */
int slurm_epilog(struct buf *out, struct err *e);

#define FROZEN_PLAN      "plan.json"
#define FROZEN_VARIABLES "variables.json"

#endif
