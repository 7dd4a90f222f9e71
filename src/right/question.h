/* SPDX-License-Identifier: MIT */
/* What the user is asked, and told where nobody can be asked. */
#ifndef CNNRUN_RIGHT_QUESTION_H
#define CNNRUN_RIGHT_QUESTION_H

#include "right/right.h"

struct question {
	const char *path;             /* of the profile */
	const char *linked_from;      /* a project whose link it is; NULL = none */
	const char *engine;           /* another machine's; NULL = this one's */
	const struct rights *missing; /* what is not granted yet */
	size_t n_granted;             /* how many of the wanted are */
	const char
		*changed; /* a file that is not as it was at the last yes; NULL = none */
};

/* The whole question but for the last line's "Allow this?", fit for a terminal of so many
 * columns: no line is wider, and what is grave comes last. Returns how many of its last
 * lines have to be seen by whoever answers. */
size_t question_words(struct buf *b, const struct question *q, size_t columns);
/* "use GPU 0, use GPU 1 and 98 more" */
void refusal_words(struct buf *b, const struct rights *missing);
/* Refuses more rights, or longer names in them, than anybody would read. */
int rights_check(const struct rights *asked, const char *shown, struct err *e);

#endif
