/* SPDX-License-Identifier: MIT */
/* What is not finite, in any tensor or in an image, is seen in the loss: no operation, on
 * no instruction set and not on the (emulated) GPU, makes an ordinary number of it. */
#include "base/mem.h"
#include "base/rng.h"
#include "net/backend.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { COUNT = 2, CHANNELS = 1, PIXELS = COUNT * CHANNELS * NET_SIDE * NET_SIDE };

extern int emulate_devices;

struct fixture {
	struct net net;
	struct backend *b;
	float *images, *arrays[2]; /* ARRAY_TRAINED, ARRAY_STATS */
	uint8_t labels[COUNT];
	const char *where;
	uint64_t dropouts; /* how many are tried: some leave out what others show */
	int every; /* 1: NaN and Inf in each tensor; else NaN in some: emulation is slow
		    */
};

static void setup(struct fixture *f, struct backend *b, const char *where)
{
	assert_non_null(b);
	f->b = b;
	f->where = where;
	f->images = mem_floats(PIXELS);
	f->arrays[ARRAY_TRAINED] = mem_floats(f->net.trained_count);
	f->arrays[ARRAY_STATS] = mem_floats(f->net.stat_count);
	net_init(&f->net, 3, f->arrays[ARRAY_TRAINED], f->arrays[ARRAY_STATS]);
	for (long i = 0; i < PIXELS; i++)
		f->images[i] = (float)(2 * rng_uniform(5, (uint64_t)i) - 1);
	for (int i = 0; i < COUNT; i++)
		f->labels[i] = (uint8_t)(i * 3);
}

static void teardown(struct fixture *f)
{
	f->b->ops->close(f->b);
	free(f->images);
	free(f->arrays[0]);
	free(f->arrays[1]);
}

/* The loss of a training step on this dropout, or of the test. */
static double loss(struct fixture *f, bool training, uint64_t key)
{
	const struct batch in = {
		.images = f->images, .labels = f->labels, .count = COUNT};
	const struct backend_ops *ops = f->b->ops;
	struct outcome out;
	struct err e;

	for (int i = ARRAY_TRAINED; i <= ARRAY_STATS; i++)
		assert_int_equal(ops->write(f->b, (enum array)i, f->arrays[i], &e), 0);
	if (training)
		assert_int_equal(ops->train(f->b, &in, key, &out, &e), 0);
	else
		assert_int_equal(ops->eval(f->b, &in, NULL, &out, &e), 0);
	return out.loss;
}

static void check_one(
	struct fixture *f, float *place, float value, bool training, const char *what)
{
	float good = *place;

	*place = value;
	for (uint64_t key = 7; key < 7 + (training ? f->dropouts : 1); key++) {
		double got = loss(f, training, key);

		if (isfinite(got))
			fail_msg("%s: %g in %s is lost: %s loss %g", f->where,
				(double)value, what, training ? "training" : "test", got);
	}
	*place = good;
}

/* In each tensor, somewhere. Of running statistics only NaN: a mean of +Inf is a channel
 * that ReLU ends, in PyTorch as well. */
static void check_all(struct fixture *f)
{
	static const float values[] = {NAN, INFINITY};

	for (int training = 0; training < 2; training++)
		assert_true(isfinite(loss(f, training, 7)));
	for (int i = 0; i < f->net.tensor_count; i += f->every) {
		const struct tensor *t = &f->net.tensors[i];
		float *array = f->arrays[t->trained ? ARRAY_TRAINED : ARRAY_STATS];
		long at = t->at + (t->kind == TENSOR_LINEAR ? 0 : t->count / 3);

		for (int j = 0; j < (t->trained && f->every == 1 ? 2 : 1); j++)
			check_one(f, array + at, values[j], t->trained, t->name);
	}
	for (int training = 0; training < 2; training++)
		for (int j = 0; j < 2; j++)
			check_one(f, f->images + PIXELS / 2, values[j], training,
				"an image");
}

static void test_cpu(void **state)
{
	static const char *const isas[] = {"plain", "avx2", "avx512"};
	struct fixture f;
	struct err e;

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct backend *b;

		net_describe(&f.net, CHANNELS);
		b = cpu_open(&f.net, COUNT, 1, isas[i], NULL, &e);
		if (!b)
			continue;
		setup(&f, b, isas[i]);
		f.dropouts = 4;
		f.every = 1;
		check_all(&f);
		teardown(&f);
	}
}

static void check_gpu(enum precision precision, int every, const char *where)
{
	const struct gpu_options o = {.device = -1, .precision = precision};
	struct fixture f;
	struct err e;

	emulate_devices = 1;
	net_describe(&f.net, CHANNELS);
	setup(&f, cuda_open(&f.net, COUNT, &o, NULL, &e), where);
	f.dropouts = 1;
	f.every = every;
	check_all(&f);
	teardown(&f);
}

static void test_gpu_fp32(void **state)
{
	(void)state;
	check_gpu(PRECISION_FP32, 2, "cuda, fp32");
}

static void test_gpu_bf16(void **state)
{
	(void)state;
	check_gpu(PRECISION_BF16, 7, "cuda, bf16");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cpu),
		cmocka_unit_test(test_gpu_fp32),
		cmocka_unit_test(test_gpu_bf16),
	};

	return cmocka_run_group_tests_name("what is not finite", tests, NULL, NULL);
}
