/* SPDX-License-Identifier: MIT */
/* The emulated CUDA backend where something is missing or fails, and what a step costs.
 */
#include "lib/cuda_way.h"

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
	struct adam adam = adam_usual(1e-3);
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
	struct adam adam = adam_usual(1e-3);
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
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_no_room_for_images),
		cmocka_unit_test(test_without_nccl),
		cmocka_unit_test(test_launches),
		cmocka_unit_test(test_failed_capture),
		cmocka_unit_test(test_failed_collective),
	};

	return cmocka_run_group_tests_name("cuda: limits", tests, make_set, free_set);
}
