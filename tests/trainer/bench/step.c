/* SPDX-License-Identifier: MIT */
/* Takes training steps on request, for bench.py: reads a number of steps, prints seconds.
 * bench/step CHANNELS BATCH THREADS [ISA]
 *   bench/step peak      GFLOP/s of one core in the product kernel, all in the first
 * cache */
#include "base/mem.h"
#include "base/rng.h"
#include "cpu/ops.h"
#include "net/backend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void steps(struct backend *b, const struct batch *in, int count, long *step)
{
	struct adam adam = adam_usual(1e-3);
	struct outcome out;
	struct err e;

	for (int i = 0; i < count; i++) {
		if (b->ops->train(b, in, rng_key(1, RNG_DROPOUT, (uint64_t)*step), &out,
			    &e) < 0 ||
			b->ops->update(b, &adam, ++*step, &e) < 0) {
			fprintf(stderr, "bench/step: %s\n", e.msg);
			exit(1);
		}
	}
}

static double peak(void)
{
	enum { M = 16, K = 32, REPEAT = 2000, ROUNDS = 20 };
	const struct ops *o = ops_find(NULL);
	AUTO_FREE float *a = mem_floats(2L * M * K);
	AUTO_FREE float *b = mem_floats(2L * K * GEMM_PANEL);
	AUTO_FREE float *c = mem_floats(2L * M * GEMM_PANEL);
	struct gemm g = {.m = M,
		.k = K,
		.panels = 1,
		.a_row = K,
		.a_col = 1,
		.a_im = M * K,
		.b_row = GEMM_PANEL,
		.b_im = K * GEMM_PANEL,
		.c_row = GEMM_PANEL,
		.c_im = M * GEMM_PANEL};
	double best = 0;

	for (int i = 0; i < ROUNDS; i++) {
		double start = now(), rate;

		for (int j = 0; j < REPEAT; j++)
			o->gemm->complex(&g, a, b, c);
		rate = 8.0 * M * K * GEMM_PANEL * REPEAT / (now() - start) / 1e9;
		best = rate > best ? rate : best;
	}
	return best;
}

int main(int argc, char **argv)
{
	int channels = argc > 3 ? atoi(argv[1]) : 1,
	    batch = argc > 3 ? atoi(argv[2]) : 64;
	int threads = argc > 3 ? atoi(argv[3]) : 1, count;
	long pixels = (long)batch * channels * NET_SIDE * NET_SIDE, step = 0;
	AUTO_FREE float *images = mem_floats(pixels);
	AUTO_FREE uint8_t *labels = mem_alloc((size_t)batch);
	struct batch in = {.images = images, .labels = labels, .count = batch};
	AUTO_FREE float *trained = NULL, *stats = NULL;
	struct net net;
	struct backend *b;
	struct err e;

	if (argc == 2 && !strcmp(argv[1], "peak")) {
		printf("%.1f\n", peak());
		return 0;
	}
	net_describe(&net, channels);
	b = cpu_open(&net, batch, threads, argc > 4 ? argv[4] : NULL, NULL, &e);
	if (!b) {
		fprintf(stderr, "bench/step: %s\n", e.msg);
		return 1;
	}
	trained = mem_floats(net.trained_count);
	stats = mem_floats(net.stat_count);
	net_init(&net, 1, trained, stats);
	b->ops->write(b, ARRAY_TRAINED, trained, &e);
	b->ops->write(b, ARRAY_STATS, stats, &e);
	for (long i = 0; i < pixels; i++)
		images[i] = (float)(2 * rng_uniform(5, (uint64_t)i) - 1);
	for (int i = 0; i < batch; i++)
		labels[i] = (uint8_t)(i % NET_CLASSES);
	while (scanf("%d", &count) == 1) {
		double start = now();

		steps(b, &in, count, &step);
		printf("%.9f\n", now() - start);
		fflush(stdout);
	}
	b->ops->close(b);
	return 0;
}
