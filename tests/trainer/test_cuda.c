/* SPDX-License-Identifier: MIT */
/* The emulated CUDA backend: the order of a block's threads must not matter, bit by bit.
 */
#include "base/mem.h"
#include "base/rng.h"
#include "net/backend.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

enum { COUNT = 2 };

extern int emulate_order; /* cuda/emulate.h, which is C++ */

static float *gradients(const struct net *net, int order)
{
	AUTO_FREE float *images =
		mem_floats((long)COUNT * net->channels * NET_SIDE * NET_SIDE);
	AUTO_FREE float *trained = mem_floats(net->trained_count);
	AUTO_FREE float *stats = mem_floats(net->stat_count);
	float *g = mem_floats(net->trained_count);
	const uint8_t labels[COUNT] = {3, 7};
	struct batch in = {.images = images, .labels = labels, .count = COUNT};
	struct outcome out;
	struct backend *b;
	struct err e;

	emulate_order = order;
	for (long i = 0; i < (long)COUNT * net->channels * NET_SIDE * NET_SIDE; i++)
		images[i] = (float)(2 * rng_uniform(5, (uint64_t)i) - 1);
	net_init(net, 1, trained, stats);
	b = cuda_open(net, COUNT, &e);
	assert_non_null(b);
	assert_int_equal(b->ops->write(b, ARRAY_TRAINED, trained, &e), 0);
	assert_int_equal(b->ops->write(b, ARRAY_STATS, stats, &e), 0);
	assert_int_equal(b->ops->train(b, &in, 1, &out, &e), 0);
	assert_int_equal(b->ops->read(b, ARRAY_GRAD, g, &e), 0);
	b->ops->close(b);
	return g;
}

static void test_thread_order(void **state)
{
	struct net net;
	float *forwards, *backwards;

	(void)state;
	net_describe(&net, 1);
	forwards = gradients(&net, 0);
	backwards = gradients(&net, 1);
	assert_memory_equal(
		forwards, backwards, (size_t)net.trained_count * sizeof(float));
	free(forwards);
	free(backwards);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_thread_order)};

	return cmocka_run_group_tests_name("cuda", tests, NULL, NULL);
}
