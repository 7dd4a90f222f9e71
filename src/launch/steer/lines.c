/* SPDX-License-Identifier: MIT */
#include "launch/steer/lines.h"

#include <string.h>

static void tell(struct lines *l, int channel, lines_told *told, void *ctx)
{
	struct buf *line = &l->line[channel == 2];

	if (line->n && line->p[line->n - 1] == '\r')
		line->p[--line->n] = 0;
	told(ctx, channel, line);
	line->n = 0;
}

void lines_add(struct lines *l, size_t max, int channel, const char *data, size_t n,
	lines_told *told, void *ctx)
{
	struct buf *line = &l->line[channel == 2];

	while (n) {
		const char *end = memchr(data, '\n', n);
		size_t k = end ? (size_t)(end - data) : n;

		if (k > max - line->n) {
			k = max - line->n;
			end = NULL;
		}
		buf_add(line, data, k);
		if (end || line->n == max)
			tell(l, channel, told, ctx);
		k += end != NULL;
		data += k;
		n -= k;
	}
}

void lines_end(struct lines *l, lines_told *told, void *ctx)
{
	for (int channel = 1; channel <= 2; channel++) {
		if (l->line[channel == 2].n)
			tell(l, channel, told, ctx);
		buf_free(&l->line[channel == 2]);
	}
}
