/* SPDX-License-Identifier: MIT */
#include "data/loader.h"
#include "base/mem.h"
#include "data/pixel.h"
#include "team/team.h"

#include <pthread.h>
#include <stdlib.h>

enum {
	MAX_WORKERS = 64,
	MAX_AHEAD = 2
}; /* batches made ahead: memory for nothing beyond */

struct slot {
	float *images;
	uint8_t *labels;
	const int *index;
	int count, total;
	bool ready;
};

struct loader {
	int batch_size, channels;
	struct share share;
	uint64_t seed;
	/* this pass */
	const struct dataset *d;
	enum loader_order order;
	uint64_t epoch;
	int *index; /* (index_room) */
	int index_room;
	long batches, serial; /* serial: of the first batch, less 1 */
	struct batch after;
	/* under lock */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	long made, taken; /* batches handed to workers, and to the caller */
	bool holding;     /* the caller still reads slot taken - 1 */
	bool quit;
	int busy;
	int slots, workers;
	struct slot slot[MAX_AHEAD + 1];
	pthread_t worker[MAX_WORKERS];
};

static struct slot *slot_of(struct loader *l, long batch)
{
	return &l->slot[batch % l->slots];
}

/* 0: nothing is mirrored. */
static uint64_t flip_key(const struct loader *l)
{
	if (l->order != LOADER_SHUFFLED || l->d->channels != 3)
		return 0;
	return rng_key(l->seed, RNG_FLIP, l->epoch);
}

/* This rank's images of one batch. */
static void fill(struct loader *l, long batch, struct slot *s)
{
	long first = batch * l->batch_size, left = l->d->count - first;
	long whole = left < l->batch_size ? left : l->batch_size;
	int chunks = (int)((whole + CHUNK - 1) / CHUNK);
	long from = (long)CHUNK * team_first_chunk(chunks, l->share.rank, l->share.world);
	long to =
		(long)CHUNK * team_first_chunk(chunks, l->share.rank + 1, l->share.world);
	uint64_t key = flip_key(l);
	long size = (long)l->channels * NET_SIDE * NET_SIDE;

	to = to < whole ? to : whole;
	s->total = (int)whole;
	s->count = (int)(to - from);
	s->index = l->index + first + from;
	if (l->d->held)
		return;
	for (long i = from; i < to; i++) {
		int index = l->index[first + i];
		bool flip = key && pixel_flip(key, index);

		dataset_image(l->d, index, flip, s->images + (i - from) * size);
		s->labels[i - from] = l->d->labels[index];
	}
}

static bool work_waits(const struct loader *l)
{
	long oldest = l->taken - l->holding;

	return l->made < l->batches && l->made - oldest < l->slots;
}

static void *worker_main(void *arg)
{
	struct loader *l = arg;

	pthread_mutex_lock(&l->lock);
	while (!l->quit) {
		long batch;

		if (!work_waits(l)) {
			pthread_cond_wait(&l->changed, &l->lock);
			continue;
		}
		batch = l->made++;
		l->busy++;
		pthread_mutex_unlock(&l->lock);
		fill(l, batch, slot_of(l, batch));
		pthread_mutex_lock(&l->lock);
		slot_of(l, batch)->ready = true;
		l->busy--;
		pthread_cond_broadcast(&l->changed);
	}
	pthread_mutex_unlock(&l->lock);
	return NULL;
}

struct loader *loader_new(
	int batch_size, int channels, int workers, struct share share, uint64_t seed)
{
	struct loader *l = mem_alloc(sizeof(*l));

	l->batch_size = batch_size;
	l->channels = channels;
	l->share = share;
	l->seed = seed;
	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->changed, NULL);
	workers = workers > MAX_WORKERS ? MAX_WORKERS : workers;
	l->slots = (workers < MAX_AHEAD ? workers : MAX_AHEAD) + 1;
	for (int i = 0; i < l->slots; i++) {
		l->slot[i].images =
			mem_floats((long)batch_size * channels * NET_SIDE * NET_SIDE);
		l->slot[i].labels = mem_alloc((size_t)batch_size);
	}
	for (int i = 0; i < workers; i++) {
		if (pthread_create(&l->worker[i], NULL, worker_main, l))
			break; /* fewer workers, or none: the caller fills */
		l->workers++;
	}
	return l;
}

void loader_free(struct loader *l)
{
	if (!l)
		return;
	pthread_mutex_lock(&l->lock);
	l->quit = true;
	pthread_cond_broadcast(&l->changed);
	pthread_mutex_unlock(&l->lock);
	for (int i = 0; i < l->workers; i++)
		pthread_join(l->worker[i], NULL);
	for (int i = 0; i < l->slots; i++) {
		free(l->slot[i].images);
		free(l->slot[i].labels);
	}
	pthread_cond_destroy(&l->changed);
	pthread_mutex_destroy(&l->lock);
	free(l->index);
	free(l);
}

/* Fisher-Yates. */
static void shuffle(struct loader *l, int count)
{
	uint64_t key = rng_key(l->seed, RNG_SHUFFLE, l->epoch);

	for (int i = count - 1; i > 0; i--) {
		int j = (int)(rng_uniform(key, (uint64_t)i) * (i + 1)), t = l->index[i];

		l->index[i] = l->index[j];
		l->index[j] = t;
	}
}

static void make_index(struct loader *l, const struct dataset *d)
{
	if (d->count > l->index_room) {
		free(l->index);
		l->index = mem_alloc((size_t)d->count * sizeof(int));
		l->index_room = d->count;
	}
	for (int i = 0; i < d->count; i++)
		l->index[i] = i;
	if (l->order == LOADER_SHUFFLED)
		shuffle(l, d->count);
}

void loader_start(struct loader *l, const struct dataset *d, enum loader_order order,
	uint64_t epoch, long first)
{
	pthread_mutex_lock(&l->lock);
	l->serial += l->batches; /* no serial comes twice */
	l->batches = 0;          /* nothing new is begun */
	while (l->busy > 0)
		pthread_cond_wait(&l->changed, &l->lock);
	l->d = d;
	l->order = order;
	l->epoch = epoch;
	make_index(l, d);
	for (int i = 0; i < l->slots; i++)
		l->slot[i].ready = false;
	l->holding = false;
	l->made = l->taken = first;
	l->batches = (d->count + l->batch_size - 1) / l->batch_size;
	pthread_cond_broadcast(&l->changed);
	pthread_mutex_unlock(&l->lock);
}

static void describe(const struct loader *l, long batch, struct batch *out)
{
	const struct slot *s = &l->slot[batch % l->slots];

	*out = (struct batch){
		.count = s->count, .total = s->total, .serial = l->serial + batch + 1};
	if (l->d->held) {
		out->data = l->d;
		out->index = s->index;
		out->flip_key = flip_key(l);
	} else {
		out->images = s->images;
		out->labels = s->labels;
	}
}

bool loader_next(struct loader *l, struct batch *out)
{
	struct slot *s;
	bool ready;

	pthread_mutex_lock(&l->lock);
	if (l->holding)
		slot_of(l, l->taken - 1)->ready = false;
	l->holding = false;
	if (l->taken >= l->batches) {
		pthread_mutex_unlock(&l->lock);
		return false;
	}
	pthread_cond_broadcast(&l->changed);
	s = slot_of(l, l->taken);
	if (l->workers == 0) {
		fill(l, l->taken, s);
		l->made = l->taken + 1;
		s->ready = true;
	}
	while (!s->ready)
		pthread_cond_wait(&l->changed, &l->lock);
	l->taken++;
	l->holding = true;
	ready = l->workers > 0 && l->taken < l->batches && slot_of(l, l->taken)->ready;
	pthread_mutex_unlock(&l->lock);
	describe(l, l->taken - 1, out);
	if (ready) {
		describe(l, l->taken, &l->after);
		out->next = &l->after;
	}
	return true;
}
