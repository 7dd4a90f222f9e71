/* SPDX-License-Identifier: MIT */
/* Gradients of a block's three convolutions, direct and by frequency, at every shape
 * of the network. */
#include "lib/slope.h"

#include "cpu/convs.h"

/* One block's three convolutions, in one chunk: direct (16 × 16) or by frequency. */
struct convolutions {
	struct convs *convs;
	struct chunk chunk;
	float *x, *main, *shortcut, *h, *mid;
	const float *r[NET_CONVS];
	long size;
};

static double convs_loss(void *ctx)
{
	const struct convolutions *t = ctx;
	struct convs *c = t->convs;

	for (int i = 0; i < c->kind->prepare_tasks(c); i++)
		c->kind->prepare(c, i, t->chunk.scratch);
	c->kind->in_forward(c, &t->chunk, t->x, t->main, t->shortcut);
	c->kind->mid_forward(c, &t->chunk, t->h, t->mid);
	return dot(t->size, t->main, t->r[CONV_FIRST]) +
	       dot(t->size, t->mid, t->r[CONV_SECOND]) +
	       dot(t->size, t->shortcut, t->r[CONV_SHORTCUT]);
}

static void weight_rounds(
	struct convolutions *t, enum weight_round from, enum weight_round to)
{
	struct convs *c = t->convs;

	for (int round = (int)from; round <= (int)to; round++)
		for (int i = 0; i < c->kind->weight_tasks(c, (enum weight_round)round);
			i++)
			c->kind->weights(c, (enum weight_round)round, i, t->chunk.images,
				t->chunk.scratch);
}

/* Backward in the model's order: the second convolution's gradients in the planes are
 * used before the first one's take their place. */
static void convs_backward(struct convolutions *t, float *dx, float *dh)
{
	struct convs *c = t->convs;

	convs_loss(t);
	c->kind->mid_backward(c, &t->chunk, t->h, t->r[CONV_SECOND], dh);
	weight_rounds(t, WEIGHTS_MID, WEIGHTS_MID);
	c->kind->in_backward(
		c, &t->chunk, t->x, t->r[CONV_FIRST], t->r[CONV_SHORTCUT], dx);
	weight_rounds(t, WEIGHTS_IN, WEIGHTS_TAPS);
}

static void check_convs(int side, int ci, int co)
{
	enum { IMAGES = 3 };
	static const char *const names[] = {"3x3 first", "3x3 second", "1x1 shortcut"};
	struct convs c = {.ops = ops, .side = side, .ci = ci, .co = co, .batch = IMAGES};
	long in = (long)IMAGES * side * side * ci, out = (long)IMAGES * side * side * co;
	long counts[NET_CONVS] = {9L * ci * co, 9L * co * co, (long)ci * co};
	float *w[NET_CONVS], *r[NET_CONVS], *dx = mem_floats(in), *dh = mem_floats(out);
	float *keep = mem_floats((long)IMAGES * co);
	struct convolutions t = {.convs = &c, .size = out};

	for (int i = 0; i < NET_CONVS; i++) {
		c.w[i] = w[i] = noise(counts[i], 10 + (uint64_t)i);
		c.g[i] = mem_floats(counts[i]);
		t.r[i] = r[i] = noise(out, 20 + (uint64_t)i);
	}
	(side == CONV_SIDE ? direct_open : freq_open)(&c);
	c.d = mem_floats(convs_shared(&c));
	for (long i = 0; i < (long)IMAGES * co; i++)
		keep[i] = 1;
	t.chunk = (struct chunk){.images = IMAGES,
		.keep = keep,
		.scratch = mem_floats(convs_scratch(&c) + CONV_PADDED * 64L)};
	t.x = noise(in, 30);
	t.h = noise(out, 31);
	t.main = mem_floats(out);
	t.shortcut = mem_floats(out);
	t.mid = mem_floats(out);
	convs_backward(&t, dx, dh);
	for (int i = 0; i < NET_CONVS; i++)
		check(names[i], convs_loss, &t, counts[i], w[i], c.g[i], 0.5, 1e-3);
	check("3x3 second, input", convs_loss, &t, out, t.h, dh, 0.5, 1e-3);
	if (side != CONV_SIDE) /* the first block has no use for it */
		check("3x3 first and 1x1, input", convs_loss, &t, in, t.x, dx, 0.5, 1e-3);
	c.kind->close(&c);
	for (int i = 0; i < NET_CONVS; i++) {
		free(w[i]);
		free(r[i]);
		free(c.g[i]);
	}
	float *all[] = {
		dx, dh, keep, t.chunk.scratch, t.x, t.h, t.main, t.shortcut, t.mid, c.d};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		free(all[i]);
}

static void check_all(void)
{
	check_convs(16, 4, 16);
	check_convs(16, 12, 16);
	check_convs(8, 64, 32);
	check_convs(4, 128, 64);
	check_convs(2, 256, 128);
}

static void test_convolutions(void **state)
{
	(void)state;
	for_each_isa(check_all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_convolutions)};

	return cmocka_run_group_tests_name("convolution gradients", tests, NULL, NULL);
}
