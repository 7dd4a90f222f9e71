/* SPDX-License-Identifier: MIT */
/* What the user is asked, and told where nobody can be asked. */
#ifndef CNNRUN_RIGHT_QUESTION_H
#define CNNRUN_RIGHT_QUESTION_H

#include "right/right.h"

struct question {
	const char *path;             /* of the profile */
	const struct rights *missing; /* what is not granted yet */
	size_t n_granted;             /* how many of the wanted are */
	const char
		*changed; /* a file that is not as it was at the last yes; NULL = none */
};

/* The whole question, fit for a terminal. */
void question_words(struct buf *b, const struct question *q);
/* "use GPU 0, use GPU 1 and 98 more" */
void refusal_words(struct buf *b, const struct rights *missing);

#endif
