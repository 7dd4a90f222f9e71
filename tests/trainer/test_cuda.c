/* SPDX-License-Identifier: MIT */
/* The emulated CUDA backend (cuda/emulate/): whatever the order of threads, blocks and
 * streams, with graphs or without, wherever the images come from, the bits are the same;
 * several devices train as one does. What each operation computes is `selftest`'s to
 * check. */
#include "lib/cuda_way.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_device),
		cmocka_unit_test(test_own_products),
		cmocka_unit_test(test_several_devices),
	};

	return cmocka_run_group_tests_name("cuda", tests, make_set, free_set);
}
