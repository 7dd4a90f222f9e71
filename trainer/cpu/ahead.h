/* SPDX-License-Identifier: MIT */
/* Memory that is asked for while something else is computed. */
#ifndef TRAINER_AHEAD_H
#define TRAINER_AHEAD_H

#include "cpu/ops.h"

enum { AHEAD_LINE = 16 }; /* floats */

/* Into the second cache: one of `parts` parts of `floats` floats. */
static inline void ahead_ask(const float *from, long floats, int part, int parts)
{
	long some = (floats / parts + AHEAD_LINE - 1) / AHEAD_LINE * AHEAD_LINE;

	from += part * some;
	for (long i = 0; i < some; i += AHEAD_LINE)
		__builtin_prefetch(from + i, 0, 2);
}

/* What the product of the next k columns of an A that lies across and rows of B will
 * read. */
static inline void ahead_product(const struct gemm *g, int complex, const float *a,
	const float *b, int part, int parts)
{
	long of_a = g->k * g->a_col, of_b = g->k * g->b_row;

	for (int im = 0; im <= complex; im++) {
		ahead_ask(a + im * g->a_im + of_a, of_a, part, parts);
		ahead_ask(b + im * g->b_im + of_b, of_b, part, parts);
	}
}

#endif
