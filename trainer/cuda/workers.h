/* SPDX-License-Identifier: MIT */
/* A thread for each GPU: each runs the same job on its own device, as ranks in processes
 * of their own would. */
#ifndef TRAINER_CUDA_WORKERS_H
#define TRAINER_CUDA_WORKERS_H

#include "base/err.h"

#include <functional>

struct workers;

/* On device i; 0, or -1 with e set. */
typedef std::function<int(int i, struct err *e)> worker_job;

/* release: called when a job failed, to end what the other devices wait for. */
workers *workers_new(int count, const std::function<void()> &release);

/* The job on all devices; returns when all are done. When one fails the others may wait
 * for it on their GPUs: they are released, get some seconds, and are left alone after. */
int workers_run(workers *w, const worker_job &job, struct err *e);

/* False when devices were left alone: then nothing of theirs may be freed. */
bool workers_free(workers *w);

#endif
