/* SPDX-License-Identifier: MIT */
#include "hold/hold.h"
#include "hold/sys.h"

enum { BYTES = 1 << 20, MAX = 8192 };

/* Words with a 0 behind each. */
static char text[BYTES];
static char *words[MAX + 1];

long take_environment(struct hold *h)
{
	long n = read_all(HOLD_ENVIRONMENT, h->gate, false, text, sizeof text);
	size_t count = 0;

	if (n == -ENOENT) /* the engine has set it */
		return 0;
	if (n < 0)
		return n;
	for (char *p = text; p < text + n; p += length(p) + 1) {
		if (count == MAX)
			return -E2BIG;
		words[count++] = p;
	}
	words[count] = NULL;
	h->envp = words;
	return 0;
}
