/* SPDX-License-Identifier: MIT */
#include "base/pool.h"
#include "base/mem.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_THREADS = 256, SPINS = 1000 };

struct worker {
	struct pool *pool;
	pthread_t id;
	int thread;
};

struct pool {
	int threads;
	pool_fn *fn;
	void *arg;
	int tasks;
	atomic_int next;
	pthread_mutex_t lock;
	pthread_cond_t start, done;
	/* phases begun and done, to look at without the lock */
	atomic_ulong announced, finished;
	unsigned long phase; /* under lock, as are busy and quit */
	int busy;
	int quit;
	struct worker workers[MAX_THREADS];
};

/* The CPUs that the cgroup's quota buys, rounded up; a large number when there is none.
 */
static int quota_cpus(void)
{
	AUTO_CLOSE FILE *f = fopen("/sys/fs/cgroup/cpu.max", "re");
	long quota, period;

	if (!f || fscanf(f, "%ld %ld", &quota, &period) != 2 || quota <= 0 || period <= 0)
		return MAX_THREADS;
	return (int)((quota + period - 1) / period);
}

int pool_cpus(void)
{
	cpu_set_t set;
	int cpus = sched_getaffinity(0, sizeof(set), &set) < 0 ? 1 : CPU_COUNT(&set);
	int quota = quota_cpus();

	return cpus < quota ? cpus : quota;
}

static void work(struct pool *p, int thread)
{
	for (;;) {
		int task = atomic_fetch_add_explicit(&p->next, 1, memory_order_relaxed);
		if (task >= p->tasks)
			return;
		p->fn(p->arg, thread, task);
	}
}

/* Phases follow each other within microseconds: looking for a moment is cheaper than
 * sleeping, and short enough to do no harm when another program wants the processor. */
static void spin_while_same(const atomic_ulong *value, unsigned long seen)
{
	for (int i = 0; i < SPINS; i++) {
		if (atomic_load_explicit(value, memory_order_acquire) != seen)
			return;
#ifdef __x86_64__
		__builtin_ia32_pause();
#endif
	}
}

static void *worker_main(void *arg)
{
	struct worker *w = arg;
	struct pool *p = w->pool;
	unsigned long seen = 0;

	pthread_mutex_lock(&p->lock);
	for (;;) {
		if (p->phase == seen && !p->quit) {
			pthread_mutex_unlock(&p->lock);
			spin_while_same(&p->announced, seen);
			pthread_mutex_lock(&p->lock);
		}
		while (p->phase == seen && !p->quit)
			pthread_cond_wait(&p->start, &p->lock);
		if (p->quit)
			break;
		seen = p->phase;
		pthread_mutex_unlock(&p->lock);
		work(p, w->thread);
		pthread_mutex_lock(&p->lock);
		if (--p->busy == 0) {
			atomic_store_explicit(&p->finished, seen, memory_order_release);
			pthread_cond_signal(&p->done);
		}
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

struct pool *pool_new(int threads)
{
	struct pool *p = mem_alloc(sizeof(*p));

	if (threads < 1)
		threads = pool_cpus();
	if (threads > MAX_THREADS)
		threads = MAX_THREADS;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->start, NULL);
	pthread_cond_init(&p->done, NULL);
	p->threads = 1;
	for (int i = 1; i < threads; i++) {
		p->workers[i] = (struct worker){.pool = p, .thread = i};
		if (pthread_create(&p->workers[i].id, NULL, worker_main, &p->workers[i]))
			break; /* fewer threads: slower, not wrong */
		p->threads++;
	}
	return p;
}

void pool_free(struct pool *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->quit = 1;
	pthread_cond_broadcast(&p->start);
	pthread_mutex_unlock(&p->lock);
	for (int i = 1; i < p->threads; i++)
		pthread_join(p->workers[i].id, NULL);
	pthread_cond_destroy(&p->done);
	pthread_cond_destroy(&p->start);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

int pool_threads(const struct pool *p)
{
	return p->threads;
}

void pool_run(struct pool *p, int tasks, pool_fn *fn, void *arg)
{
	unsigned long phase;

	p->fn = fn;
	p->arg = arg;
	p->tasks = tasks;
	atomic_store_explicit(&p->next, 0, memory_order_relaxed);
	if (p->threads == 1) {
		work(p, 0);
		return;
	}
	pthread_mutex_lock(&p->lock);
	p->busy = p->threads - 1;
	phase = ++p->phase;
	atomic_store_explicit(&p->announced, phase, memory_order_release);
	pthread_cond_broadcast(&p->start);
	pthread_mutex_unlock(&p->lock);
	work(p, 0);
	spin_while_same(&p->finished, phase - 1);
	pthread_mutex_lock(&p->lock);
	while (p->busy > 0)
		pthread_cond_wait(&p->done, &p->lock);
	pthread_mutex_unlock(&p->lock);
}
