/* SPDX-License-Identifier: MIT */
/* The statistics of chance, with fixed seeds: bounds are five standard errors, or the
 * Kolmogorov-Smirnov distance that one sample in 10⁶ exceeds. */
#include "base/mem.h"
#include "base/rng.h"
#include "data/loader.h"
#include "net/backend.h"
#include "net/dropout.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { SEEDS = 3, IMAGES = 1000, EPOCHS = 4 };

static int by_value(const void *a, const void *b)
{
	const float *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The largest distance between the sample's distribution and the uniform one's. */
static double distance(float *sample, long n, double bound)
{
	double most = 0;

	qsort(sample, (size_t)n, sizeof(float), by_value);
	for (long i = 0; i < n; i++) {
		double want = ((double)sample[i] / bound + 1) / 2;
		double d = fmax(
			(double)(i + 1) / (double)n - want, want - (double)i / (double)n);

		most = d > most ? d : most;
	}
	return most;
}

static void check_uniform(const struct tensor *t, const float *ours)
{
	long n = tensor_elements(t);
	double bound = 1 / sqrt((double)t->ci * t->k * t->k), d;
	AUTO_FREE float *theirs = mem_floats(n);

	tensor_export(t, ours, theirs);
	d = distance(theirs, n, bound);
	assert_true(fabs((double)theirs[0]) <= bound);
	assert_true(fabs((double)theirs[n - 1]) <= bound);
	if (d * sqrt((double)n) > 2.7)
		fail_msg("%s: %g from uniform over %ld", t->name, d, n);
}

static void check_constant(const struct tensor *t, const float *p)
{
	bool one = strstr(t->name, "bn.weight") || strstr(t->name, "running_var");

	for (long i = 0; i < t->count; i++)
		if (p[i] != (float)one)
			fail_msg("%s: %g", t->name, (double)p[i]);
}

static void test_init(void **state)
{
	struct net net;

	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		float *w, *other, *stats;

		net_describe(&net, seed == 1 ? 1 : 3);
		w = mem_floats(net.trained_count);
		other = mem_floats(net.trained_count);
		stats = mem_floats(net.stat_count);
		net_init(&net, seed + 1, other, stats);
		net_init(&net, seed, w, stats);
		for (int i = 0; i < net.tensor_count; i++) {
			const struct tensor *t = &net.tensors[i];

			if (t->kind == TENSOR_VECTOR) {
				check_constant(t, (t->trained ? w : stats) + t->at);
				continue;
			}
			check_uniform(t, w + t->at);
			assert_memory_not_equal(w + t->at, other + t->at,
				(size_t)t->count * sizeof(float));
		}
		free(w);
		free(other);
		free(stats);
	}
}

/* count of trials with p = 1/2 */
static void check_half(double count, double trials, const char *what)
{
	if (fabs(count / trials - 0.5) > 5 * 0.5 / sqrt(trials))
		fail_msg("%s: %g of %g", what, count, trials);
}

/* Rate, the scale that keeps the mean, and that no draw tells of another: of the next
 * channel, image, block or step. */
static void test_dropout(void **state)
{
	enum { C = 128, N = 400 };
	static float now[C], image[C], block[C], step[C];
	double kept = 0, same[4] = {0}, trials = 0, beside = 0;

	(void)state;
	for (long i = 0; i < N; i++) {
		uint64_t key = rng_key(1, RNG_DROPOUT, 5);

		dropout_keep(key, 3, i, C, now);
		dropout_keep(key, 3, i + 1, C, image);
		dropout_keep(key, 2, i, C, block);
		dropout_keep(rng_key(1, RNG_DROPOUT, 6), 3, i, C, step);
		for (int c = 0; c < C; c++, trials++) {
			assert_true(now[c] == 0 || now[c] == 2);
			assert_true(now[c] == dropout_one(key, 3, i, c));
			kept += now[c] > 0;
			same[0] += now[c] == image[c];
			same[1] += now[c] == block[c];
			same[2] += now[c] == step[c];
			same[3] += c > 0 && now[c] == now[c - 1];
			beside += c > 0;
		}
	}
	check_half(kept, trials, "kept");
	check_half(same[0], trials, "as in the next image");
	check_half(same[1], trials, "as in another block");
	check_half(same[2], trials, "as in the next step");
	check_half(same[3], beside, "as the next channel");
}

/* One training step's gradients with so many threads. */
static float *gradients(int threads, uint64_t key, const struct net *net)
{
	enum { COUNT = 50 };
	AUTO_FREE float *images = mem_floats(COUNT * NET_SIDE * NET_SIDE);
	AUTO_FREE float *w = mem_floats(net->trained_count);
	AUTO_FREE float *stats = mem_floats(net->stat_count);
	float *g = mem_floats(net->trained_count);
	uint8_t labels[COUNT];
	struct batch in = {.images = images, .labels = labels, .count = COUNT};
	struct outcome out;
	struct err e;
	struct backend *b = cpu_open(net, COUNT, threads, NULL, NULL, &e);

	assert_non_null(b);
	for (long i = 0; i < COUNT * NET_SIDE * NET_SIDE; i++)
		images[i] = (float)rng_uniform(2, (uint64_t)i);
	for (int i = 0; i < COUNT; i++)
		labels[i] = (uint8_t)(i % 10);
	net_init(net, 1, w, stats);
	assert_int_equal(b->ops->write(b, ARRAY_TRAINED, w, &e), 0);
	assert_int_equal(b->ops->write(b, ARRAY_STATS, stats, &e), 0);
	assert_int_equal(b->ops->train(b, &in, key, &out, &e), 0);
	assert_int_equal(b->ops->read(b, ARRAY_GRAD, g, &e), 0);
	b->ops->close(b);
	return g;
}

/* The same draw, to the bit, whatever the threads; another with another key. */
static void test_dropout_threads(void **state)
{
	struct net net;
	size_t size;
	float *one, *more;

	(void)state;
	net_describe(&net, 1);
	size = (size_t)net.trained_count * sizeof(float);
	one = gradients(1, 7, &net);
	for (int threads = 2; threads <= 5; threads++) {
		more = gradients(threads, 7, &net);
		assert_memory_equal(one, more, size);
		free(more);
	}
	more = gradients(1, 8, &net);
	assert_memory_not_equal(one, more, size);
	free(more);
	free(one);
}

struct pass {
	int order[IMAGES];
	bool flipped[IMAGES]; /* by image */
};

/* Every image names itself in its corner pixels: its number at the left, 0 at the right.
 */
static void read_pass(struct loader *l, const struct dataset *d, uint64_t epoch,
	enum loader_order order, struct pass *p)
{
	static const int size = 3 * NET_SIDE * NET_SIDE;
	struct batch in;
	int at = 0;

	loader_start(l, d, order, epoch, 0);
	while (loader_next(l, &in)) {
		for (int i = 0; i < in.count; i++) {
			const float *row = in.images + (long)i * size;
			bool flip = row[NET_SIDE - 1] > 0;
			const float *p0 = flip ? row + NET_SIDE - 1 : row;
			const float *p1 = flip ? row + NET_SIDE - 2 : row + 1;
			int image = (int)lround(((double)*p0 + 1) * 127.5) - 200 +
				    40 * (int)lround(((double)*p1 + 1) * 127.5);

			assert_in_range(image, 0, IMAGES - 1);
			p->order[at++] = image;
			p->flipped[image] = flip;
		}
	}
	assert_int_equal(at, IMAGES);
}

static void check_permutation(const struct pass *p)
{
	static bool seen[IMAGES];

	memset(seen, 0, sizeof(seen));
	for (int i = 0; i < IMAGES; i++) {
		assert_false(seen[p->order[i]]);
		seen[p->order[i]] = true;
	}
}

static void make_images(struct dataset *d)
{
	*d = (struct dataset){.count = IMAGES, .channels = 3, .side = 32};
	d->pixels = d->memory[0] = mem_alloc(IMAGES * 3072);
	d->labels = d->memory[1] = mem_alloc(IMAGES);
	for (int i = 0; i < IMAGES; i++) {
		d->pixels[i * 3072] = (uint8_t)(200 + i % 40);
		d->pixels[i * 3072 + 1] = (uint8_t)(i / 40);
	}
}

/* Permutations that differ by epoch and seed, are the same whatever the workers, and
 * leave no image near its place; flips at half of the images, drawn anew each epoch. */
static void test_shuffle(void **state)
{
	static struct pass passes[EPOCHS], again;
	struct share whole = {0, 1};
	double flips = 0, same = 0, moved = 0;
	struct dataset d;

	(void)state;
	make_images(&d);
	for (int workers = 0; workers <= 3; workers++) {
		struct loader *l = loader_new(64, 3, workers, whole, 9);

		for (uint64_t epoch = 0; epoch < EPOCHS; epoch++) {
			struct pass *p = workers ? &again : &passes[epoch];

			read_pass(l, &d, epoch, LOADER_SHUFFLED, p);
			check_permutation(p);
			assert_memory_equal(p, &passes[epoch], sizeof(*p));
		}
		read_pass(l, &d, 0, LOADER_IN_ORDER, &again);
		for (int i = 0; i < IMAGES; i++)
			assert_true(again.order[i] == i && !again.flipped[i]);
		loader_free(l);
	}
	for (int i = 0; i < IMAGES; i++) {
		for (int epoch = 0; epoch < EPOCHS; epoch++) {
			flips += passes[epoch].flipped[i];
			moved += abs(passes[epoch].order[i] - i);
		}
		same += passes[0].flipped[i] == passes[1].flipped[i];
	}
	check_half(flips, EPOCHS * IMAGES, "flips");
	check_half(same, IMAGES, "flips as in the epoch before");
	/* an image's way is a third of all on average, with a deviation of 0.236 */
	assert_true(fabs(moved / (EPOCHS * IMAGES) / IMAGES - 1 / 3.0) <
		    5 * 0.236 / sqrt(EPOCHS * IMAGES));
	assert_memory_not_equal(passes[0].order, passes[1].order, sizeof(again.order));
	dataset_free(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_init),
		cmocka_unit_test(test_dropout),
		cmocka_unit_test(test_dropout_threads),
		cmocka_unit_test(test_shuffle),
	};
	return cmocka_run_group_tests_name("chance", tests, NULL, NULL);
}
