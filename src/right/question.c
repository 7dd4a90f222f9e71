/* SPDX-License-Identifier: MIT */
#include "right/question.h"

#include "base/log.h"

/* Of an error's line, so that the command that cures it has room. */
enum { REFUSAL_MAX = 700 };

void question_words(struct buf *b, const struct question *q)
{
	buf_adds(b, "\n");
	add_printable(b, q->path);
	buf_addf(b, " asks for %s its container could\n",
		q->n_granted ? "more than you granted:" : "rights:");
	for (size_t i = 0; i < q->missing->n; i++) {
		buf_adds(b, "  - ");
		right_words(b, &q->missing->v[i]);
		buf_adds(b, "\n");
	}
	if (q->n_granted)
		buf_addf(b, "%zu more %s granted already.\n", q->n_granted,
			q->n_granted > 1 ? "are" : "is");
	if (q->changed) {
		add_printable(b, q->changed);
		buf_adds(b, " is not as it was when you granted that.\n");
	}
	buf_adds(b, "Allow this? [y/N] ");
}

void refusal_words(struct buf *b, const struct rights *missing)
{
	AUTO_BUF struct buf words = {0};
	size_t i = 0;

	for (; i < missing->n; i++) {
		buf_drop(&words, words.n);
		right_words(&words, &missing->v[i]);
		if (b->n + words.n >= REFUSAL_MAX)
			break;
		buf_addf(b, "%s%s", i ? ", " : "", words.p);
	}
	if (i < missing->n)
		buf_addf(b, "%s%zu more", i ? " and " : "", missing->n - i);
}
