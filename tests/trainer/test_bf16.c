/* SPDX-License-Identifier: MIT */
/* Every kernel with factors in bfloat16 beside float64: on factors rounded here it is as
 * exact as sums in float are, on the ones given within what rounding two factors may do.
 */
#include "base/mem.h"
#include "base/rng.h"
#include "cpu/ops.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const char *const isas[] = {"plain_bf16", "avx512_bf16", "amx_bf16"};
static const struct ops *ops;

static float *noise(long count, uint64_t key)
{
	float *p = mem_floats(count);

	for (long i = 0; i < count; i++)
		p[i] = (float)(2 * rng_uniform(key, (uint64_t)i) - 1);
	return p;
}

/* The nearest value of 8 significant bits, of two the even one. */
static double rounded(double v)
{
	int power;
	double part = frexp(v, &power);

	return ldexp(nearbyint(ldexp(part, 8)), power - 8);
}

/* A sum of products by both measures. */
struct sum {
	double given, rounded, size;
	int terms;
};

static void sum_add(struct sum *s, double a, double b)
{
	s->given += a * b;
	s->rounded += rounded(a) * rounded(b);
	s->size += fabs(a * b);
	s->terms++;
}

static void check_sum(const struct sum *s, double got, const char *what)
{
	double exact = s->terms * ldexp(s->size, -23) + 1e-6;

	if (!(fabs(got - s->rounded) <= exact))
		fail_msg("%s, %s: %.8g, not %.8g of rounded factors", ops->isa, what, got,
			s->rounded);
	if (!(fabs(got - s->given) <= exact + ldexp(s->size, -7) * (1 + 1 / 512.)))
		fail_msg("%s, %s: %.8g, not %.8g", ops->isa, what, got, s->given);
}

enum form { REAL, COMPLEX, CONJUGATE };

struct factors {
	struct gemm g;
	float *a, *b, *c, *old;
};

/* Element (i, j) by the definition; part 1: the imaginary one. */
static void check_element(const struct factors *f, enum form form, int part, int i, int j)
{
	const struct gemm *g = &f->g;
	struct sum s = {0};

	for (int l = 0; l < g->k; l++) {
		const float *a = f->a + i * g->a_row + l * g->a_col;
		const float *b = f->b + j / GEMM_PANEL * g->b_panel + l * g->b_row +
				 j % GEMM_PANEL;
		double ai = form == CONJUGATE ? -a[g->a_im] : a[g->a_im];

		sum_add(&s, a[0], part ? b[g->b_im] : b[0]);
		if (form != REAL)
			sum_add(&s, part ? ai : -ai, part ? b[0] : b[g->b_im]);
	}
	if (g->add) {
		double old = f->old[part * g->c_im + i * g->c_row + j];

		s.given += old;
		s.rounded += old;
		s.size += fabs(old);
	}
	check_sum(&s, f->c[part * g->c_im + i * g->c_row + j], "product");
}

static void multiply(const struct factors *f, enum form form)
{
	const struct gemm_ops *o = ops->gemm;

	(form == REAL             ? o->real
		: form == COMPLEX ? o->complex
				  : o->complex_conj)(&f->g, f->a, f->b, f->c);
}

static void check_product(enum form form, int m, int k, int across, int add)
{
	enum { PANELS = 5, N = PANELS * GEMM_PANEL, C_ROW = N + 16 };
	long a_im = (long)m * k, panel = (long)k * GEMM_PANEL;
	long b_im = PANELS * panel, c_im = (long)m * C_ROW;
	AUTO_FREE float *a = noise(2 * a_im, 2);
	AUTO_FREE float *b = noise(2 * b_im, 3);
	AUTO_FREE float *c = noise(2 * c_im, 4);
	AUTO_FREE float *old = noise(2 * c_im, 4);
	AUTO_FREE float *first = mem_floats(2 * c_im);
	AUTO_FREE float *packed = mem_floats(2 * b_im);
	AUTO_FREE float *room = mem_floats(GEMM_ROOM);
	struct factors f = {.a = a, .b = b, .c = c, .old = old};

	f.g = (struct gemm){.m = m,
		.k = k,
		.panels = PANELS,
		.room = room,
		.add = add,
		.a_row = across ? 1 : k,
		.a_col = across ? m : 1,
		.a_im = a_im,
		.b_row = GEMM_PANEL,
		.b_panel = panel,
		.b_im = b_im,
		.c_row = C_ROW,
		.c_panel = GEMM_PANEL,
		.c_im = c_im};
	multiply(&f, form);
	for (int part = 0; part <= (form != REAL); part++)
		for (int i = 0; i < m; i++) {
			for (int j = 0; j < N; j++)
				check_element(&f, form, part, i, j);
			for (int j = N; j < C_ROW; j++) /* not ours */
				assert_true(c[part * c_im + i * C_ROW + j] ==
					    old[part * c_im + i * C_ROW + j]);
		}
	if (k % 32)
		return;
	memcpy(packed, b, (size_t)(2 * b_im) * sizeof(float));
	for (int p = 0; p < PANELS; p++) {
		ops->gemm->pack(k, false, packed + p * panel);
		ops->gemm->pack(k, true, packed + b_im + p * panel);
	}
	memcpy(first, c, (size_t)(2 * c_im) * sizeof(float));
	memcpy(c, old, (size_t)(2 * c_im) * sizeof(float));
	f.g.packed = true;
	f.b = packed;
	multiply(&f, form);
	assert_memory_equal(first, c, (size_t)(2 * c_im) * sizeof(float));
}

static void check_convolution(int ci, int every)
{
	AUTO_FREE float *x = noise((long)CONV_PIXELS * ci, 5);
	AUTO_FREE float *w = noise(9L * ci * CONV_OUT, 6);
	AUTO_FREE float *room = mem_floats((long)CONV_PADDED * ci);
	AUTO_FREE float *y = mem_floats(CONV_PIXELS * CONV_OUT);
	AUTO_FREE float *dy = noise(CONV_PIXELS * CONV_OUT, 7);
	AUTO_FREE float *dw = mem_floats(9L * ci * CONV_OUT);
	struct sum s[9 * CONV_OUT * CONV_OUT] = {{0}};
	int kept[CONV_OUT], count = 0;

	for (int i = 0; i < ci; i++)
		if (every && i % every != 1)
			kept[count++] = i;
	ops->conv->forward(ci, kept, count, x, w, room, y);
	ops->conv->weights(ci, kept, count, x, dy, room, dw);
	for (int p = 0; p < CONV_PIXELS; p++)
		for (int o = 0; o < CONV_OUT; o++) {
			struct sum out = {0};

			for (int i = 0; i < 9 * count; i++) {
				int t = i / count, k = kept[i % count];
				int row = (p / 16 + t / 3 + 15) % 16;
				int at = row * 16 + (p % 16 + t % 3 + 15) % 16;
				int tap = (t * ci + k) * CONV_OUT + o;

				sum_add(&out, x[at * ci + k], w[tap]);
				sum_add(&s[tap], x[at * ci + k], dy[p * CONV_OUT + o]);
			}
			check_sum(&out, y[p * CONV_OUT + o], "convolution");
		}
	for (int i = 0; i < 9 * ci * CONV_OUT; i++)
		check_sum(&s[i], dw[i], "weights' gradient");
}

static void for_each_isa(void (*test)(void))
{
	for (int i = 0; i < 3; i++) {
		ops = ops_find(isas[i]);
		if (ops)
			test();
	}
	assert_non_null(ops_find("plain_bf16"));
}

static void products(void)
{
	for (int form = REAL; form <= CONJUGATE; form++) {
		for (int m = 1; m <= 33; m += 8)
			check_product((enum form)form, m, 19, 0, m % 3 == 0);
		check_product((enum form)form, 16, 256, 0, 0);
		check_product((enum form)form, 20, 64, 0, 1);
		check_product((enum form)form, 48, 51, 1, 0);
		check_product((enum form)form, 32, 64, 1, 1);
		check_product((enum form)form, 16, 1, 1, 1);
	}
}

static void test_products(void **state)
{
	(void)state;
	for_each_isa(products);
}

static void convolutions(void)
{
	for (int ci = 4; ci <= 16; ci += ci == 4 ? 8 : 4) {
		check_convolution(ci, 100);
		check_convolution(ci, 3);
		check_convolution(ci, 2);
	}
	check_convolution(16, 0);
}

static void test_convolutions(void **state)
{
	(void)state;
	for_each_isa(convolutions);
}

/* What is no number, or too large for bfloat16, is seen in the outcome. */
static void not_finite(void)
{
	static const float bad[] = {NAN, INFINITY, -INFINITY, 3.4e38f,
		__builtin_nanf("0x3fffff")}; /* the last: all bits set */
	AUTO_FREE float *room = mem_floats(GEMM_ROOM);
	struct gemm g = {.m = 16,
		.k = 32,
		.panels = 1,
		.room = room,
		.a_row = 32,
		.a_col = 1,
		.b_row = GEMM_PANEL,
		.c_row = GEMM_PANEL};

	for (int i = 0; i < 5; i++) {
		AUTO_FREE float *a = noise(16 * 32, 1);
		AUTO_FREE float *b = noise(32 * GEMM_PANEL, 2);
		AUTO_FREE float *c = mem_floats(16 * GEMM_PANEL);

		a[3 * 32 + 5] = bad[i];
		ops->gemm->real(&g, a, b, c);
		for (int j = 0; j < 16 * GEMM_PANEL; j++)
			assert_int_equal(!isfinite(c[j]), j / GEMM_PANEL == 3);
	}
}

static void test_not_finite(void **state)
{
	(void)state;
	for_each_isa(not_finite);
}

/* The best is chosen, plain C only by name, and what seems absent not at all. */
static void test_choice(void **state)
{
	(void)state;
	assert_false(ops_find(NULL)->bf16);
	assert_true(ops_find("plain_bf16")->bf16);
	if (ops_find("amx_bf16"))
		assert_ptr_equal(ops_find("bf16"), ops_find("amx_bf16"));
	setenv("CNNTRAIN_WITHOUT", "amx_bf16", 1);
	assert_null(ops_find("amx_bf16"));
	assert_ptr_equal(ops_find("bf16"), ops_find("avx512_bf16"));
	setenv("CNNTRAIN_WITHOUT", "avx512_bf16,amx_bf16", 1);
	assert_null(ops_find("bf16"));
	assert_non_null(ops_find("plain_bf16"));
	unsetenv("CNNTRAIN_WITHOUT");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_products),
		cmocka_unit_test(test_convolutions),
		cmocka_unit_test(test_not_finite),
		cmocka_unit_test(test_choice),
	};
	return cmocka_run_group_tests_name("bf16", tests, NULL, NULL);
}
