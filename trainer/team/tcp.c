/* SPDX-License-Identifier: MIT */
/* The team over TCP, for launchers that know nothing of MPI. What is to be added up is
 * queued for a thread of its own, so that the sums run beside the backward pass. */
#include "base/mem.h"
#include "team/ring.h"
#include "team/team.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { REQUESTS = 16 };

struct request {
	float *array;
	long count;
};

struct tcp_team {
	struct team base;
	struct ring ring;
	pthread_t adder;
	float *received; /* of the adder */
	long room;
	/* under lock */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct request queue[REQUESTS]; /* from first on, wrapping around */
	int first, count;
	bool quit;
};

static struct tcp_team *tcp_of(struct team *t)
{
	return (struct tcp_team *)t;
}

static void gather(struct team *t, float *array, const int *rows, int length)
{
	size_t starts[TEAM_MOST + 1];

	for (int i = 0; i <= t->world; i++)
		starts[i] = (size_t)rows[i] * (size_t)length * sizeof(float);
	ring_gather(&tcp_of(t)->ring, LANE_STEP, (char *)array, starts);
}

/* Few values: each rank gets those of all and adds them up by itself. */
static void add_doubles(struct team *t, double *values, int count)
{
	size_t starts[TEAM_MOST + 1], size = (size_t)count * sizeof(double);
	AUTO_FREE double *all = mem_alloc((size_t)t->world * size);

	for (int i = 0; i <= t->world; i++)
		starts[i] = (size_t)i * size;
	memcpy(all + (long)t->rank * count, values, size);
	ring_gather(&tcp_of(t)->ring, LANE_STEP, (char *)all, starts);
	memset(values, 0, size);
	for (int i = 0; i < t->world; i++)
		for (int j = 0; j < count; j++)
			values[j] += all[(long)i * count + j];
}

static void broadcast(struct team *t, void *bytes, int size)
{
	ring_broadcast(&tcp_of(t)->ring, LANE_STEP, bytes, (size_t)size);
}

static void serve(struct tcp_team *t, const struct request *q)
{
	long need = ring_part(&t->ring, q->count);

	if (need > t->room) {
		free(t->received);
		t->received = mem_floats(need);
		t->room = need;
	}
	ring_add(&t->ring, LANE_SUMS, q->array, q->count, t->received);
}

static void *adder_main(void *arg)
{
	struct tcp_team *t = arg;

	pthread_mutex_lock(&t->lock);
	for (;;) {
		struct request q;

		while (!t->count && !t->quit)
			pthread_cond_wait(&t->changed, &t->lock);
		if (!t->count)
			break;
		q = t->queue[t->first];
		pthread_mutex_unlock(&t->lock);
		serve(t, &q);
		pthread_mutex_lock(&t->lock);
		t->first = (t->first + 1) % REQUESTS;
		t->count--;
		pthread_cond_broadcast(&t->changed);
	}
	pthread_mutex_unlock(&t->lock);
	return NULL;
}

static void add(struct team *team, float *array, long count)
{
	struct tcp_team *t = tcp_of(team);

	pthread_mutex_lock(&t->lock);
	while (t->count == REQUESTS)
		pthread_cond_wait(&t->changed, &t->lock);
	t->queue[(t->first + t->count++) % REQUESTS] = (struct request){array, count};
	pthread_cond_broadcast(&t->changed);
	pthread_mutex_unlock(&t->lock);
}

static void finish(struct team *team)
{
	struct tcp_team *t = tcp_of(team);

	pthread_mutex_lock(&t->lock);
	while (t->count > 0)
		pthread_cond_wait(&t->changed, &t->lock);
	pthread_mutex_unlock(&t->lock);
}

static void free_team(struct tcp_team *t)
{
	ring_close(&t->ring);
	pthread_cond_destroy(&t->changed);
	pthread_mutex_destroy(&t->lock);
	free(t->received);
	free(t);
}

static void close_tcp(struct team *team)
{
	struct tcp_team *t = tcp_of(team);

	pthread_mutex_lock(&t->lock);
	t->quit = true;
	pthread_cond_broadcast(&t->changed);
	pthread_mutex_unlock(&t->lock);
	pthread_join(t->adder, NULL);
	free_team(t);
}

struct team *team_open_tcp(const struct place *place, struct err *e)
{
	struct tcp_team *t = mem_alloc(sizeof(*t));
	int code;

	t->base = (struct team){.rank = place->rank,
		.world = place->world,
		.local_rank = place->local_rank,
		.close = close_tcp,
		.gather = gather,
		.add = add,
		.finish = finish,
		.add_doubles = add_doubles,
		.broadcast = broadcast};
	pthread_mutex_init(&t->lock, NULL);
	pthread_cond_init(&t->changed, NULL);
	if (meet(&t->ring, place, e) < 0) {
		free_team(t);
		return NULL;
	}
	code = pthread_create(&t->adder, NULL, adder_main, t);
	if (code) {
		err_set(e, "cannot start a thread: %s", strerror(code));
		free_team(t);
		return NULL;
	}
	return &t->base;
}
