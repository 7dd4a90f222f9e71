/* SPDX-License-Identifier: MIT */
#include "convert/place.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plan/shell_word.h"

bool piece_next(struct piece *x)
{
	const char *s = x->next;

	if (!*s)
		return false;
	x->place = *s == '\1';
	x->text = s + x->place;
	x->n = strcspn(x->text, x->place ? "\2" : "\1");
	x->next = x->text + x->n;
	if (x->place && *x->next)
		x->next++;
	return true;
}

void place_word(struct buf *b, const char *s)
{
	struct piece x = {.next = s};

	if (!*s)
		shell_word(b, s);
	while (piece_next(&x)) {
		AUTO_FREE char *text = xstrndup(x.text, x.n);

		if (x.place)
			buf_addf(b, "\"$%s\"", text);
		else
			shell_word(b, text);
	}
}
