/* SPDX-License-Identifier: MIT */
#include "cli/face/table.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/printable.h"
#include "cli/face/color.h"

size_t text_width(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

void table_begin(struct table *t, const char *const *heading)
{
	for (; *heading; heading++, t->columns++)
		strv_add(&t->cells, *heading);
}

void table_cell(struct table *t, const char *text)
{
	strv_add(&t->cells, text && *text ? text : "-");
	str_printable(&t->cells.v[t->cells.n - 1]);
}

void table_print(const struct table *t, struct buf *out)
{
	AUTO_FREE size_t *width = xcalloc(t->columns, sizeof *width);

	for (size_t i = 0; i < t->cells.n; i++) {
		size_t w = text_width(t->cells.v[i]);

		if (w > width[i % t->columns])
			width[i % t->columns] = w;
	}
	for (size_t i = 0; i < t->cells.n; i++) {
		size_t column = i % t->columns;
		bool last = column + 1 == t->columns;

		if (i == 0)
			buf_adds(out, color(COLOR_BOLD));
		buf_adds(out, t->cells.v[i]);
		if (!last)
			buf_addf(out, "%*s",
				(int)(width[column] - text_width(t->cells.v[i]) + 2), "");
		if (i + 1 == t->columns)
			buf_adds(out, color(COLOR_END));
		if (last)
			buf_addc(out, '\n');
	}
}

void table_free(struct table *t)
{
	strv_free(&t->cells);
	*t = (struct table){0};
}
