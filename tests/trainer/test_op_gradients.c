/* SPDX-License-Identifier: MIT */
/* Gradients of wavelet, batch norm with ReLU, sum and dropout, and the linear layer;
 * those of softmax and cross-entropy are in test_gradients.c. */
#include "lib/slope.h"

#include "cpu/norm.h"

struct dwt {
	int n, c;
	float *x, *y, *r;
};

static double dwt_loss(void *ctx)
{
	const struct dwt *d = ctx;

	ops->dwt->forward(d->n, d->c, d->x, d->y);
	return dot(4L * d->n * d->n * d->c, d->y, d->r);
}

static void check_dwt(int n, int c)
{
	long count = 4L * n * n * c;
	AUTO_FREE float *x = noise(count, 1);
	AUTO_FREE float *y = mem_floats(count);
	AUTO_FREE float *r = noise(count, 2);
	AUTO_FREE float *g = mem_floats(count);
	struct dwt d = {n, c, x, y, r};

	ops->dwt->backward(n, c, r, g);
	check("dwt", dwt_loss, &d, count, x, g, 0.5, 1e-4);
}

/* Two batch norms that end a block, or the first of them with ReLU and dropout. */
enum { ROWS = 40, CHANNELS = 32, VALUES = ROWS * CHANNELS };

struct norms {
	struct norm n[2];
	float *x[2], *y, *r, *keep; /* keep NULL: add and ReLU */
};

static const struct norm_rows rows = {.chunks = 1, .per_chunk = ROWS, .total = ROWS};

static double norms_loss(void *ctx)
{
	struct norms *t = ctx;

	for (int i = 0; i < 2; i++) {
		ops->batchnorm->moments(
			ROWS, CHANNELS, t->x[i], t->n[i].sum, t->n[i].square);
		norm_forward(&t->n[i], &rows);
	}
	if (t->keep)
		ops->batchnorm->relu_drop(
			ROWS, CHANNELS, t->x[0], &t->n[0].affine, t->keep, t->y);
	else
		ops->batchnorm->add_relu(ROWS, CHANNELS, t->x[0], &t->n[0].affine,
			t->x[1], &t->n[1].affine, t->y);
	return dot(VALUES, t->y, t->r);
}

/* dy: the gradient before the ReLU, from r; then each norm's own */
static void norms_backward(struct norms *t, float *dy, float *dx[2])
{
	struct norm *a = &t->n[0], *b = &t->n[1];

	norms_loss(t);
	memcpy(dy, t->r, VALUES * sizeof(float));
	for (int i = 0; i < 2; i++) {
		memset(t->n[i].sum, 0, CHANNELS * sizeof(float));
		memset(t->n[i].square, 0, CHANNELS * sizeof(float));
	}
	if (t->keep)
		ops->batchnorm->relu_drop_backward(ROWS, CHANNELS, t->x[0], &a->affine,
			t->keep, dy, a->sum, a->square);
	else
		ops->batchnorm->add_relu_backward(ROWS, CHANNELS, t->x[0], &a->affine,
			t->x[1], &b->affine, dy, a->sum, a->square, b->square);
	for (int i = 0; i < 2; i++) {
		norm_backward(&t->n[i], &rows, a->sum);
		ops->batchnorm->backward(
			ROWS, CHANNELS, t->x[i], &t->n[i].affine, dy, dx[i]);
	}
}

static void check_norms(bool dropout)
{
	struct norms t = {.y = mem_floats(VALUES), .r = noise(VALUES, 40)};
	float *dy = mem_floats(VALUES), *memory[2], *dx[2];

	for (int i = 0; i < 2; i++) {
		struct norm *n = &t.n[i];
		float *m = memory[i] = noise(6L * CHANNELS, 50 + (uint64_t)i);

		norm_alloc(n, CHANNELS, 1);
		n->weight = m;
		n->bias = m + CHANNELS;
		n->weight_grad = m + 2L * CHANNELS;
		n->bias_grad = m + 3L * CHANNELS;
		n->running_mean = m + 4L * CHANNELS;
		n->running_var = m + 5L * CHANNELS;
		t.x[i] = noise(VALUES, 60 + (uint64_t)i);
		dx[i] = mem_floats(VALUES);
	}
	if (dropout) {
		t.keep = mem_floats(CHANNELS);
		for (int i = 0; i < CHANNELS; i++)
			t.keep[i] = i % 3 ? 2 : 0;
	}
	norms_backward(&t, dy, dx);
	for (int i = 0; i < (dropout ? 1 : 2); i++) {
		check(dropout ? "norm, relu, dropout: input" : "norm, add, relu: input",
			norms_loss, &t, VALUES, t.x[i], dx[i], 1e-4, 2e-2);
		check("norm's weight", norms_loss, &t, CHANNELS, memory[i],
			t.n[i].weight_grad, 1e-4, 2e-2);
		check("norm's bias", norms_loss, &t, CHANNELS, memory[i] + CHANNELS,
			t.n[i].bias_grad, 1e-4, 2e-2);
	}
	for (int i = 0; i < 2; i++) {
		norm_release(&t.n[i]);
		free(memory[i]);
		free(t.x[i]);
		free(dx[i]);
	}
	free(dy);
	free(t.keep);
	free(t.y);
	free(t.r);
}

struct linear {
	float *x, *w, *bias, *y, *r;
};

static double linear_loss(void *ctx)
{
	const struct linear *t = ctx;
	double sum = 0;

	for (int i = 0; i < 3; i++) {
		ops->linear->forward(t->x + i * NET_FEATURES, t->w, t->bias, t->y);
		sum += dot(NET_CLASSES, t->y, t->r + i * NET_COLUMNS);
	}
	return sum;
}

static void check_linear(void)
{
	enum { WEIGHTS = NET_FEATURES * NET_COLUMNS };
	AUTO_FREE float *x = noise(3L * NET_FEATURES, 70);
	AUTO_FREE float *w = noise(WEIGHTS, 71);
	AUTO_FREE float *wt = mem_floats(NET_CLASSES * NET_FEATURES);
	AUTO_FREE float *bias = noise(NET_COLUMNS, 72);
	AUTO_FREE float *y = mem_floats(NET_COLUMNS);
	AUTO_FREE float *r = noise(3L * NET_COLUMNS, 73);
	AUTO_FREE float *dx = mem_floats(3L * NET_FEATURES);
	AUTO_FREE float *dw = mem_floats(WEIGHTS);
	struct linear t = {x, w, bias, y, r};

	for (int i = 0; i < 3; i++) /* the padding's gradient is 0 */
		memset(r + i * NET_COLUMNS + NET_CLASSES, 0,
			(NET_COLUMNS - NET_CLASSES) * sizeof(float));
	for (int k = 0; k < NET_FEATURES; k++)
		for (int j = 0; j < NET_CLASSES; j++)
			wt[j * NET_FEATURES + k] = w[k * NET_COLUMNS + j];
	for (int i = 0; i < 3; i++)
		ops->linear->backward(r + i * NET_COLUMNS, wt, dx + i * NET_FEATURES);
	ops->linear->weights(3, 0, NET_FEATURES, x, r, dw);
	check("linear, input", linear_loss, &t, 3L * NET_FEATURES, x, dx, 0.5, 1e-3);
	check("linear, weights", linear_loss, &t, WEIGHTS, w, dw, 0.5, 1e-3);
}

static void check_all(void)
{
	check_dwt(4, 16);
	check_dwt(2, 64);
	check_norms(false);
	check_norms(true);
	check_linear();
}

static void test_ops(void **state)
{
	(void)state;
	for_each_isa(check_all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_ops)};

	return cmocka_run_group_tests_name("op gradients", tests, NULL, NULL);
}
