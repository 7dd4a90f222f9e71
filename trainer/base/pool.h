/* SPDX-License-Identifier: MIT */
/* A pool of threads that share out the tasks of one phase after the other. */
#ifndef TRAINER_POOL_H
#define TRAINER_POOL_H

struct pool;

/* One task. thread: 0 … threads-1, for per-thread scratch; task: 0 … tasks-1. */
typedef void pool_fn(void *arg, int thread, int task);

/* The processors this process may use (affinity and the cgroup's cpu.max). */
int pool_cpus(void);

/* threads < 1: pool_cpus(). */
struct pool *pool_new(int threads);
void pool_free(struct pool *p);
int pool_threads(const struct pool *p);

/* Runs fn for every task and returns when all are done. The caller works too. Which
 * thread gets a task is chance; results may only depend on the task. */
void pool_run(struct pool *p, int tasks, pool_fn *fn, void *arg);

#endif
