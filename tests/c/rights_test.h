/* SPDX-License-Identifier: MIT */
/* Rights in tests: by their words. */
#ifndef TESTS_RIGHTS_TEST_H
#define TESTS_RIGHTS_TEST_H

#include <string.h>

#include "right/right.h"

static inline bool rights_say(const struct rights *r, const char *words)
{
	bool found = false;

	for (size_t i = 0; i < r->n && !found; i++) {
		AUTO_BUF struct buf b = {0};

		right_words(&b, &r->v[i]);
		found = !strcmp(b.p, words);
	}
	return found;
}

#endif
