/* SPDX-License-Identifier: MIT */
/* The emulated CUDA backend (cuda/emulate/): whatever the order of threads, blocks and
 * streams, with graphs or without, wherever the images come from, the bits are the same;
 * several devices train as one does. What each operation computes is `selftest`'s to
 * check. */
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
	struct adam adam = {.lr = 1e-3, .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8};
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

/* Order, laziness, graphs, workers and where the images lie. */
static void compare_ways(const struct way *ways, int count)
{
	struct course first = train(&ways[0]);

	for (int i = 1; i < count; i++) {
		struct course other = train(&ways[i]);

		assert_same_bits(&first, &other);
		free(other.trained);
	}
	free(first.trained);
}

static void test_one_device(void **state)
{
	const struct way ways[] = {
		{.devices = 1, .images = FEW, .epochs = EPOCHS, .eager = true},
		{.devices = 1,
			.images = FEW,
			.epochs = EPOCHS,
			.order = 1,
			.lazy = 1,
			.hold = true},
		{.devices = 1,
			.images = FEW,
			.epochs = EPOCHS,
			.order = 77,
			.lazy = 1,
			.workers = 2},
	};

	(void)state;
	compare_ways(ways, 3);
}

static void test_own_products(void **state)
{
	const struct way ways[] = {
		{.devices = 1, .images = SMALL, .epochs = 1, .no_cublas = true},
		{.devices = 1,
			.images = SMALL,
			.epochs = 1,
			.no_cublas = true,
			.order = 1},
		{.devices = 1,
			.images = SMALL,
			.epochs = 1,
			.no_cublas = true,
			.order = 5},
	};

	(void)state;
	compare_ways(ways, 3);
}

/* The sums have another order, so bits may differ; 1e-4 is far below what a wrong mean of
 * a batch norm, or a gradient counted twice, gives. */
static void test_several_devices(void **state)
{
	struct way w = {.devices = 1, .images = MANY, .epochs = EPOCHS};
	struct course one = train(&w);

	(void)state;
	for (w.devices = 2; w.devices <= 4; w.devices += 2) {
		struct course c;

		w.lazy = w.devices == 4;
		w.hold = w.devices == 4;
		c = train(&w);
		for (int i = 0; i < 2 * EPOCHS; i++)
			assert_true(fabs(c.loss[i] - one.loss[i]) < 1e-4 * one.loss[i]);
		/* both shapes in the second epoch, on each device */
		assert_int_equal(c.replays, 2 * w.devices);
		free(c.trained);
	}
	free(one.trained);
}

static void expect_refusal(const struct gpu_options *o, const char *words)
{
	struct net net;
	struct err e = {0};

	net_describe(&net, 1);
	assert_null(cuda_open(&net, LARGE, o, NULL, &e));
	if (!strstr(e.msg, words))
		fail_msg("'%s' is not in '%s'", words, e.msg);
}

static void test_refusals(void **state)
{
	struct gpu_options o = {.device = -1}, third = {.device = 2};
	struct gpu_options half = {.precision = PRECISION_BF16, .device = -1};
	long room = emulate_room;

	(void)state;
	emulate_no_cublas = 0;
	emulate_devices = 0;
	expect_refusal(&o, "no GPU can be used: CUDA driver version is insufficient");
	emulate_devices = 2;
	expect_refusal(&third, "there is no GPU 2: 2 are visible");
	emulate_devices = 1;
	emulate_no_cublas = 1;
	expect_refusal(&half, "--precision bf16 needs cuBLAS");
	emulate_no_cublas = 0;
	emulate_major = 7;
	expect_refusal(&half, "needs compute capability 8.0");
	emulate_major = 9;
	emulate_room = 40 << 20; /* of which cuBLAS takes 32 */
	expect_refusal(&o, "trainer/cuda/memory.cpp:");
	expect_refusal(&o, "cudaMalloc(&p, size): out of memory");
	emulate_room = room;
}

/* No room is no error: the loader's images are taken. */
static void test_no_room_for_images(void **state)
{
	const struct way w = {.devices = 1, .images = MANY, .epochs = 1};
	long room = emulate_room;
	struct net net;
	struct backend *b;
	struct err e;

	(void)state;
	net_describe(&net, 3);
	b = open_way(&w, &net);
	emulate_room = 64 << 20;
	assert_int_equal(b->ops->hold(b, &set, &e), 0);
	emulate_room = room;
	b->ops->close(b);
}

static void test_without_nccl(void **state)
{
	const struct way w = {.devices = 3, .images = MANY, .epochs = 1};
	struct net net;
	struct backend *b;
	char text[200];

	(void)state;
	net_describe(&net, 1);
	emulate_no_nccl = 1;
	b = open_way(&w, &net); /* says so */
	emulate_no_nccl = 0;
	b->ops->describe(b, text, sizeof(text));
	assert_non_null(strstr(text, "cuda (1 × "));
	b->ops->close(b);
}

/* What a step costs beside its arithmetic. */
static void test_launches(void **state)
{
	static const char *const names[] = {"fp32", "tf32", "bf16"};
	struct adam adam = {.lr = 1e-3, .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8};
	static const int index[SMALL];
	const struct batch in = {.count = SMALL, .data = &set, .index = index};
	struct outcome out;
	struct net net;
	struct err e;

	(void)state;
	net_describe(&net, 3);
	emulate_devices = 1;
	for (int i = 0; i < 3; i += 2) {
		struct gpu_options o = {
			.device = -1, .precision = (enum precision)i, .eager = true};
		struct backend *b = cuda_open(&net, SMALL, &o, NULL, &e);
		long before;

		assert_non_null(b);
		assert_int_equal(b->ops->hold(b, &set, &e), 1);
		before = emulate_launches;
		assert_int_equal(backend_step(b, &in, 0, &adam, 1, &out, &e), 0);
		printf("launches a step in %s: %ld\n", names[i],
			emulate_launches - before);
		assert_true(emulate_launches - before <= 100);
		b->ops->close(b);
	}
}

/* A capture that fails, wherever, costs its graph and nothing else. */
static void test_failed_capture(void **state)
{
	struct way w = {.devices = 1, .images = FEW, .epochs = EPOCHS, .hold = true};
	struct course good = train(&w);

	(void)state;
	assert_true(good.replays > 0);
	for (emulate_no_capture = 1; emulate_no_capture <= 3; emulate_no_capture++) {
		struct course c = train(&w); /* says so, once */

		assert_int_equal(c.replays, 0);
		assert_same_bits(&good, &c);
		free(c.trained);
	}
	emulate_no_capture = 0;
	free(good.trained);
}

/* A device whose collectives fail does not leave the others waiting for it. */
static void test_failed_collective(void **state)
{
	const struct way w = {.devices = 3, .images = MANY, .epochs = 1, .eager = true};
	struct share whole = {.rank = 0, .world = 1};
	struct adam adam = {.lr = 1e-3, .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8};
	struct loader *l = loader_new(LARGE, 3, 0, whole, 9);
	struct outcome out;
	struct backend *b;
	struct batch in;
	struct err e;
	struct net net;

	(void)state;
	net_describe(&net, 3);
	set.count = MANY;
	b = open_way(&w, &net);
	loader_start(l, &set, LOADER_SHUFFLED, 0, 0);
	assert_true(loader_next(l, &in));
	emulate_bad_rank = 1;
	assert_int_equal(backend_step(b, &in, 0, &adam, 1, &out, &e), -1);
	assert_non_null(strstr(e.msg, "NCCL: unhandled system error"));
	emulate_bad_rank = -1;
	assert_int_equal(emulate_aborts, w.devices);
	b->ops->close(b);
	loader_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_device),
		cmocka_unit_test(test_own_products),
		cmocka_unit_test(test_several_devices),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_no_room_for_images),
		cmocka_unit_test(test_without_nccl),
		cmocka_unit_test(test_launches),
		cmocka_unit_test(test_failed_capture),
		cmocka_unit_test(test_failed_collective),
	};

	cmocka_set_test_filter(getenv("ONLY"));
	return cmocka_run_group_tests_name("cuda", tests, make_set, free_set);
}
