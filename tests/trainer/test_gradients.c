/* SPDX-License-Identifier: MIT */
/* Finite differences of the whole network: for each tensor, along its own gradient. */
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

enum { COUNT = 20 };

struct fixture {
	struct net net;
	struct backend *b;
	struct batch in;
	float *images, *w, *g, *stats;
	uint8_t labels[COUNT];
};

static double loss(struct fixture *f)
{
	struct outcome out;
	struct err e;

	assert_int_equal(f->b->ops->train(f->b, &f->in, 7, &out, &e), 0);
	return out.loss / COUNT;
}

static void setup(struct fixture *f, int channels)
{
	long pixels = (long)COUNT * channels * NET_SIDE * NET_SIDE;
	struct err e;

	net_describe(&f->net, channels);
	f->b = cpu_open(&f->net, COUNT, 1, NULL, NULL, &e);
	assert_non_null(f->b);
	f->images = mem_floats(pixels);
	f->w = mem_floats(f->net.trained_count);
	f->g = mem_floats(f->net.trained_count);
	f->stats = mem_floats(f->net.stat_count);
	net_init(&f->net, 3, f->w, f->stats);
	for (long i = 0; i < pixels; i++)
		f->images[i] = (float)(2 * rng_uniform(5, (uint64_t)i) - 1);
	for (int i = 0; i < COUNT; i++)
		f->labels[i] = (uint8_t)(i % 10);
	f->in = (struct batch){.images = f->images, .labels = f->labels, .count = COUNT};
	f->b->ops->write(f->b, ARRAY_TRAINED, f->w, &e);
	f->b->ops->write(f->b, ARRAY_STATS, f->stats, &e);
	loss(f);
	f->b->ops->read(f->b, ARRAY_GRAD, f->g, &e);
}

static void teardown(struct fixture *f)
{
	f->b->ops->close(f->b);
	free(f->images);
	free(f->w);
	free(f->g);
	free(f->stats);
}

/* The loss at w + step·g/|g| for one tensor. */
static double loss_along(
	struct fixture *f, const struct tensor *t, double norm, double step)
{
	AUTO_FREE float *w = mem_floats(f->net.trained_count);
	struct err e;

	memcpy(w, f->w, (size_t)f->net.trained_count * sizeof(float));
	for (long i = t->at; i < t->at + t->count; i++)
		w[i] += (float)(step * f->g[i] / norm);
	f->b->ops->write(f->b, ARRAY_TRAINED, w, &e);
	return loss(f);
}

static void check_tensors(int channels)
{
	struct fixture f;

	setup(&f, channels);
	for (int i = 0; i < f.net.tensor_count; i++) {
		const struct tensor *t = &f.net.tensors[i];
		double norm = 0, slope, step;

		if (!t->trained)
			continue;
		for (long j = t->at; j < t->at + t->count; j++)
			norm += (double)f.g[j] * f.g[j];
		norm = sqrt(norm);
		assert_true(norm > 0);
		step = 2e-3;
		slope = (loss_along(&f, t, norm, step) - loss_along(&f, t, norm, -step)) /
			(2 * step);
		if (!(fabs(slope - norm) < 0.02 * norm + 2e-4))
			fail_msg("%s: slope %g, gradient %g", t->name, slope, norm);
	}
	teardown(&f);
}

static void test_grey(void **state)
{
	(void)state;
	check_tensors(1);
}

static void test_colour(void **state)
{
	(void)state;
	check_tensors(3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grey),
		cmocka_unit_test(test_colour),
	};
	return cmocka_run_group_tests_name("gradients", tests, NULL, NULL);
}
