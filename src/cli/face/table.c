/* SPDX-License-Identifier: MIT */
#include "cli/face/table.h"

#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/printable.h"
#include "cli/face/color.h"
#include "host/terminal.h"

enum { GAP = 2, USUAL_WIDTH = 80, LEAST_WIDTH = 5 };

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

/* The caller frees. */
static size_t *column_widths(const struct table *t)
{
	size_t *width = xcalloc(t->columns, sizeof *width);

	for (size_t i = 0; i < t->cells.n; i++) {
		size_t w = text_width(t->cells.v[i]);

		if (w > width[i % t->columns])
			width[i % t->columns] = w;
	}
	return width;
}

/* What comes behind the first n characters. */
static const char *skip(const char *s, size_t n)
{
	for (; *s && n; n--)
		do
			s++;
		while (((unsigned char)*s & 0xc0) == 0x80);
	return s;
}

/* In its middle, or at its end. */
static void shorten(char **cell, size_t width, bool at_end)
{
	const char *s = *cell;
	size_t n = text_width(s), head = at_end ? width - 1 : width / 2;
	char *cut;

	if (n <= width)
		return;
	cut = xasprintf(
		"%.*s…%s", (int)(skip(s, head) - s), s, skip(s, n - (width - head - 1)));
	free(*cell);
	*cell = cut;
}

/* SIZE_MAX: standard output is no terminal. */
static size_t terminal_room(void)
{
	int rows, room;

	if (!isatty(1))
		return SIZE_MAX;
	return terminal_size(1, &rows, &room) && room > 0 ? (size_t)room : USUAL_WIDTH;
}

void line_fit(char **line)
{
	shorten(line, terminal_room(), true);
}

void table_fit(struct table *t)
{
	AUTO_FREE size_t *width = column_widths(t);
	size_t total = (t->columns - 1) * GAP, room = terminal_room();

	for (size_t i = 0; i < t->columns; i++)
		total += width[i];
	for (; total > room; total--) {
		size_t widest = 0;

		for (size_t i = 1; i < t->columns; i++)
			if (width[i] > width[widest])
				widest = i;
		if (width[widest] <= LEAST_WIDTH)
			break;
		width[widest]--;
	}
	for (size_t i = 0; t->columns && i < t->cells.n; i++)
		shorten(&t->cells.v[i], width[i % t->columns],
			t->ends_in_text && i % t->columns + 1 == t->columns);
}

void table_print(const struct table *t, struct buf *out)
{
	AUTO_FREE size_t *width = column_widths(t);

	for (size_t i = 0; i < t->cells.n; i++) {
		size_t column = i % t->columns;
		bool last = column + 1 == t->columns;

		if (i == 0)
			buf_adds(out, color(COLOR_BOLD));
		buf_adds(out, t->cells.v[i]);
		if (!last)
			buf_addf(out, "%*s",
				(int)(width[column] - text_width(t->cells.v[i]) + GAP),
				"");
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
