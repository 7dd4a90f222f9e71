/* SPDX-License-Identifier: MIT */
/* The products of the network's frequency planes, by the own kernel and by a BLAS, in
 * turns: GFLOP/s of one thread at each shape, then "ratio own/BLAS", the least of the
 * shapes. bench/products LIBRARY, as libopenblas.so.0. */
#include "base/mem.h"
#include "cpu/ops.h"
#include "net/net.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PLANES = 64, REPEAT = 40, ROUNDS = 11, ROW_MAJOR = 101, NO_TRANS = 111 };

typedef void sgemm_call(int order, int ta, int tb, int m, int n, int k, float alpha,
	const float *a, int lda, const float *b, int ldb, float beta, float *c, int ldc);

/* One chunk of images: x (PLANES, CHUNK, ci) · w (PLANES, ci, co) → y (PLANES, CHUNK,
 * co). The own kernel has w in panels (PLANES, co / 32, ci, 32). */
struct product {
	int ci, co;
	const float *x, *w;
	float *y;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void own(const struct product *p)
{
	const struct gemm_ops *ops = ops_find(NULL)->gemm;
	struct gemm g = {.m = CHUNK,
		.k = p->ci,
		.panels = p->co / GEMM_PANEL,
		.a_row = p->ci,
		.a_col = 1,
		.b_row = GEMM_PANEL,
		.b_panel = (long)p->ci * GEMM_PANEL,
		.c_row = p->co,
		.c_panel = GEMM_PANEL};

	for (int i = 0; i < PLANES; i++)
		ops->real(&g, p->x + (long)i * CHUNK * p->ci,
			p->w + (long)i * p->ci * p->co, p->y + (long)i * CHUNK * p->co);
}

static void blas(const struct product *p, sgemm_call *sgemm)
{
	for (int i = 0; i < PLANES; i++)
		sgemm(ROW_MAJOR, NO_TRANS, NO_TRANS, CHUNK, p->co, p->ci, 1,
			p->x + (long)i * CHUNK * p->ci, p->ci,
			p->w + (long)i * p->ci * p->co, p->co, 0,
			p->y + (long)i * CHUNK * p->co, p->co);
}

static double rate(const struct product *p, sgemm_call *sgemm)
{
	double start = now();

	for (int i = 0; i < REPEAT; i++) {
		if (sgemm)
			blas(p, sgemm);
		else
			own(p);
	}
	return 2.0 * REPEAT * PLANES * CHUNK * p->ci * p->co / (now() - start) / 1e9;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *v)
{
	qsort(v, ROUNDS, sizeof(*v), by_size);
	return v[ROUNDS / 2];
}

static double compare(int ci, int co, sgemm_call *sgemm)
{
	AUTO_FREE float *x = mem_floats((long)PLANES * CHUNK * ci);
	AUTO_FREE float *w = mem_floats((long)PLANES * ci * co);
	AUTO_FREE float *y = mem_floats((long)PLANES * CHUNK * co);
	struct product p = {ci, co, x, w, y};
	double mine[ROUNDS], theirs[ROUNDS], ratio[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		mine[i] = rate(&p, NULL);
		theirs[i] = rate(&p, sgemm);
		ratio[i] = mine[i] / theirs[i];
	}
	printf("(%d x %d) x (%d x %d): own %.0f GFLOP/s, BLAS %.0f\n", CHUNK, ci, ci, co,
		median(mine), median(theirs));
	return median(ratio);
}

int main(int argc, char **argv)
{
	static const int shapes[][2] = {{64, 32}, {128, 64}, {256, 128}};
	void *library = argc == 2 ? dlopen(argv[1], RTLD_NOW) : NULL;
	void *symbol = library ? dlsym(library, "cblas_sgemm") : NULL;
	sgemm_call *sgemm;
	double least = 1e9;

	if (!symbol) {
		fprintf(stderr, "bench/products: %s\n", dlerror());
		return 1;
	}
	memcpy(&sgemm, &symbol, sizeof(sgemm));
	for (int i = 0; i < 3; i++) {
		double r = compare(shapes[i][0], shapes[i][1], sgemm);

		least = r < least ? r : least;
	}
	printf("products: own / BLAS at the least %.2f\n", least);
	return 0;
}
