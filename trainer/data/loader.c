/* SPDX-License-Identifier: MIT */
#include "data/loader.h"
#include "base/mem.h"
#include "base/rng.h"

#include <stdlib.h>

struct loader {
	int batch_size, channels;
	uint64_t seed, epoch;
	const struct dataset *d;
	enum loader_order order;
	int *index; /* (index_room) */
	int index_room, at;
	float *images;
	uint8_t *labels;
};

struct loader *loader_new(int batch_size, int channels, uint64_t seed)
{
	struct loader *l = mem_alloc(sizeof(*l));

	l->batch_size = batch_size;
	l->channels = channels;
	l->seed = seed;
	l->images = mem_floats((long)batch_size * channels * NET_SIDE * NET_SIDE);
	l->labels = mem_alloc((size_t)batch_size);
	return l;
}

void loader_free(struct loader *l)
{
	if (!l)
		return;
	free(l->index);
	free(l->images);
	free(l->labels);
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

void loader_start(struct loader *l, const struct dataset *d, enum loader_order order,
	uint64_t epoch)
{
	if (d->count > l->index_room) {
		free(l->index);
		l->index = mem_alloc((size_t)d->count * sizeof(int));
		l->index_room = d->count;
	}
	l->d = d;
	l->order = order;
	l->epoch = epoch;
	l->at = 0;
	for (int i = 0; i < d->count; i++)
		l->index[i] = i;
	if (order == LOADER_SHUFFLED)
		shuffle(l, d->count);
}

bool loader_next(struct loader *l, struct batch *out)
{
	int left = l->d->count - l->at, n = left < l->batch_size ? left : l->batch_size;
	uint64_t key = rng_key(l->seed, RNG_FLIP, l->epoch);
	bool flips = l->order == LOADER_SHUFFLED && l->d->channels == 3;

	for (int i = 0; i < n; i++) {
		int index = l->index[l->at + i];
		bool flip = flips && (rng_bits(key, (uint64_t)index) & 1);

		dataset_image(l->d, index, flip,
			l->images + (long)i * l->channels * NET_SIDE * NET_SIDE);
		l->labels[i] = l->d->labels[index];
	}
	l->at += n;
	*out = (struct batch){.images = l->images, .labels = l->labels, .count = n};
	return n > 0;
}
