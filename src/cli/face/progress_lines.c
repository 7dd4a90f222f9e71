/* SPDX-License-Identifier: MIT */
#include "cli/face/progress_lines.h"

#include <string.h>

#include "base/mem.h"
#include "cli/face/table.h"
#include "cli/face/words.h"

static const char *sgr(const struct progress_style *s, const char *sequence)
{
	return s->color ? sequence : "";
}

static size_t width(const struct progress_style *s)
{
	int columns = s->columns;

	if (columns <= 0 || columns > WIDTH_MAX)
		return WIDTH_MAX;
	return columns < WIDTH_MIN ? (size_t)WIDTH_MIN : (size_t)columns;
}

/* At most columns characters of s, with "..." where it is cut; returns how many. */
static size_t add_cut(struct buf *b, const char *s, size_t columns)
{
	size_t w = text_width(s), kept = 0;

	if (w <= columns) {
		buf_adds(b, s);
		return w;
	}
	for (; *s && columns > 3; s++) {
		if (((unsigned char)*s & 0xc0) != 0x80 && kept++ == columns - 3)
			break;
		buf_addc(b, *s);
	}
	buf_adds(b, "...");
	return columns;
}

void add_step_line(const struct progress_style *s, struct buf *b, const struct step *st)
{
	AUTO_BUF struct buf end = {0};
	size_t room = width(s) - 10, n;

	if (st->state == STEP_FAILED)
		buf_adds(&end, "failed");
	else if (st->cached)
		buf_adds(&end, "cached");
	else
		buf_addf(&end, "%.1fs", st->seconds);
	n = add_cut(b, st->name ? st->name : "", room);
	buf_addf(b, "%*s", (int)(room - n + 9 - end.n), "");
	buf_addf(b, "%s%s%s\n",
		sgr(s, st->state == STEP_FAILED ? "\033[1;31m" : "\033[2m"), end.p,
		sgr(s, "\033[0m"));
}

void add_upload(struct buf *b, int64_t sent)
{
	buf_adds(b, "sending the build context  ");
	add_size(b, sent);
	buf_addc(b, '\n');
}

void add_layers(struct buf *b, const struct steps *steps, bool ended)
{
	int64_t current, total;
	size_t done, n = steps_layers(steps, &done, &current, &total);

	if (!n || (ended && !done)) /* an import has a layer that never counts */
		return;
	if (ended && done == n)
		buf_addf(b, "pulled %zu layers", n);
	else
		buf_addf(
			b, "%s %zu of %zu layers", ended ? "pulled" : "pulling", done, n);
	if (total > 0) {
		buf_adds(b, "  ");
		if (current < total) {
			add_size(b, current);
			buf_adds(b, " of ");
		}
		add_size(b, total);
	}
	buf_addc(b, '\n');
}

void add_running(const struct progress_style *s, struct buf *b, const struct step *st)
{
	AUTO_FREE char *line = step_last_line(st);
	size_t room = width(s) - 1;

	add_cut(b, st->name ? st->name : "", room - 20);
	if (st->total > 0 && st->current < st->total) {
		buf_adds(b, "  ");
		add_size(b, st->current);
		buf_adds(b, " of ");
		add_size(b, st->total);
	}
	if (st->state == STEP_RUNNING && st->seconds >= 1) {
		buf_adds(b, ", ");
		add_age(b, (int64_t)st->seconds);
		buf_adds(b, " left");
	}
	buf_addc(b, '\n');
	if (!*line)
		return;
	buf_addf(b, "%s    ", sgr(s, "\033[2m"));
	add_cut(b, line, room - 4);
	buf_addf(b, "%s\n", sgr(s, "\033[0m"));
}
