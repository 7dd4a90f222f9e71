/* SPDX-License-Identifier: MIT */
/* Some steps of training on the emulated CUDA backend, in one of many ways. */
#ifndef TESTS_TRAINER_CUDA_WAY_H
#define TESTS_TRAINER_CUDA_WAY_H

#include "base/mem.h"
#include "base/rng.h"
#include "data/loader.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* cuda/emulate/runtime.h, which is C++ */
extern int emulate_order, emulate_lazy, emulate_devices, emulate_major;
extern int emulate_no_cublas, emulate_no_nccl, emulate_no_capture;
extern int emulate_bad_rank, emulate_aborts;
extern long emulate_room, emulate_replays, emulate_launches;

/* Batches of 12, 12 and 4, twice: the second step and the last are captured as graphs. Of
 * several devices: 36 and 4; 16, 16 and 4 images are three chunks, and one of four
 * devices gets none. */
enum { FEW = 28, SMALL = 12, MANY = 40, LARGE = 36, EPOCHS = 2, MOST_STEPS = 6 };

struct way {
	int devices, images, epochs, order, lazy, workers;
	bool hold, eager, no_cublas;
};

struct course {
	double loss[MOST_STEPS];
	float *trained;
	long count, replays;
};

static struct dataset set;

static int make_set(void **state)
{
	size_t size = (size_t)MANY * 3 * NET_SIDE * NET_SIDE;

	(void)state;
	set = (struct dataset){.count = MANY, .channels = 3, .side = NET_SIDE};
	set.pixels = set.memory[0] = mem_alloc(size);
	set.labels = set.memory[1] = mem_alloc(MANY);
	for (size_t i = 0; i < size; i++)
		set.pixels[i] = (uint8_t)rng_bits(4, i);
	for (int i = 0; i < MANY; i++)
		set.labels[i] = (uint8_t)(i % NET_CLASSES);
	return 0;
}

static int free_set(void **state)
{
	(void)state;
	dataset_free(&set);
	return 0;
}

static struct backend *open_way(const struct way *w, const struct net *net)
{
	AUTO_FREE float *trained = mem_floats(net->trained_count);
	AUTO_FREE float *stats = mem_floats(net->stat_count);
	struct gpu_options o = {.device = -1, .eager = w->eager};
	struct backend *b;
	struct err e;

	emulate_devices = w->devices;
	emulate_order = w->order;
	emulate_lazy = w->lazy;
	emulate_no_cublas = w->no_cublas;
	b = cuda_open(net, LARGE, &o, NULL, &e);
	assert_non_null(b);
	net_init(net, 1, trained, stats);
	assert_int_equal(b->ops->write(b, ARRAY_TRAINED, trained, &e), 0);
	assert_int_equal(b->ops->write(b, ARRAY_STATS, stats, &e), 0);
	set.held = w->hold;
	if (w->hold)
		assert_int_equal(b->ops->hold(b, &set, &e), 1);
	return b;
}

static struct course train(const struct way *w)
{
	struct share whole = {.rank = 0, .world = 1};
	struct adam adam = adam_usual(1e-3);
	struct loader *l =
		loader_new(w->images == FEW ? SMALL : LARGE, 3, w->workers, whole, 9);
	struct course c = {.replays = -emulate_replays};
	struct net net;
	struct backend *b;
	struct batch in;
	long step = 0;
	struct err e;

	net_describe(&net, 3);
	set.count = w->images;
	b = open_way(w, &net);
	for (int i = 0; i < w->epochs; i++) {
		loader_start(l, &set, LOADER_SHUFFLED, (uint64_t)i, 0);
		while (loader_next(l, &in)) {
			struct outcome out;

			assert_int_equal(backend_step(b, &in, (uint64_t)step, &adam,
						 step + 1, &out, &e),
				0);
			c.loss[step++] = out.loss / in.total;
		}
	}
	c.count = net.trained_count;
	c.trained = mem_floats(c.count);
	assert_int_equal(b->ops->read(b, ARRAY_TRAINED, c.trained, &e), 0);
	b->ops->close(b);
	loader_free(l);
	set.held = false;
	c.replays += emulate_replays;
	return c;
}

static void assert_same_bits(const struct course *a, const struct course *b)
{
	assert_memory_equal(a->loss, b->loss, sizeof(a->loss));
	assert_memory_equal(a->trained, b->trained, (size_t)a->count * sizeof(float));
}

#endif
