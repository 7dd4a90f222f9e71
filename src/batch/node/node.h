/* SPDX-License-Identifier: MIT */
/* A task of a job on its node: who it is, and what of the allocation is its own. */
#ifndef CNNRUN_BATCH_NODE_NODE_H
#define CNNRUN_BATCH_NODE_NODE_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/engine.h"
#include "plan/plan.h"

struct task {
	const char *job; /* the scheduler's number; borrowed */
	int turn;        /* so often was it begun before */
	int rank, local, node, n, per_node;
	int record; /* its file begun.TURN.RANK; -1 = none */
	int port;   /* what rank 0 holds the port of all by; -1 = nothing */
};
/* As srun says it. */
int task_of(struct task *t, struct err *e);
void task_free(struct task *t);
#define AUTO_TASK __attribute__((cleanup(task_free)))
/* Number of the environment; fallback where it is not there. */
int task_number(const char *name, int fallback);

/* It begins in dir, unless it has before: a doubled start would write into the same
 * files. */
int task_begin(const char *dir, struct task *t, struct err *e);
/* It has ended so, ns since 1970 (0: just now). Of those that fail by themselves, the
 * first is the cause; again: it asks to go on. */
void task_ended(
	const char *dir, const struct task *t, int status, bool again, int64_t ns);

/* Those GPUs of the allocation that are this task's become p's, and its services'. */
int task_gpus(struct plan *p, const struct task *t, struct err *e);
/* The devices that the scheduler's words mean: "0,2-3", "gpu:h100:0", "h100:2(IDX:0-1)",
 * "GPU-…". */
void gpu_ids(struct strv *out, const char *text);

/* CPUs and memory are no more than the allocation's: the engine's processes are none of
 * the job's, so that nothing else binds them. After task_gpus. */
void task_limits(struct plan *p, const struct task *t, const struct engine_facts *facts);

/* What each rank is told of the others, in the words of torchrun. */
void task_ranks(struct plan *p, struct task *t);
/* "n[01-03,7]-ib,x": its first host. The caller frees. */
char *first_host(const char *list);

#endif
