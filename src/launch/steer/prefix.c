/* SPDX-License-Identifier: MIT */
#include "launch/steer/prefix.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/printable.h"
#include "launch/launch.h"

/* A longer line is shown in parts. */
enum { LINE_MAX_BYTES = 4096 };

enum { HELD_US = 50000 };

/* While a question stands on the terminal, who is in the background may not write: that
 * is tried again. */
static void put(int fd, const struct buf *b)
{
	for (size_t at = 0; at < b->n;) {
		ssize_t k = write(fd, b->p + at, b->n - at);

		if (k < 0 && (errno != EINTR || launch_end_asked()))
			return;
		if (k < 0)
			usleep(HELD_US);
		at += k > 0 ? (size_t)k : 0;
	}
}

/* One write, so that lines of several do not mix. On a terminal, foreign text; elsewhere
 * the bytes as they are. */
static void show(struct prefix *p, int channel)
{
	static const int colors[] = {36, 33, 32, 35, 34, 31};
	struct buf *line = &p->line[channel == 2];
	bool terminal = isatty(channel), color = terminal && log_is_color();
	AUTO_BUF struct buf b = {0};

	if (line->n && line->p[line->n - 1] == '\r')
		line->p[--line->n] = 0;
	if (color)
		buf_addf(&b, "\033[%dm", colors[(size_t)p->color % COUNT_OF(colors)]);
	add_printable(&b, p->name);
	buf_addf(&b, " |%s ", color ? "\033[0m" : "");
	if (terminal)
		add_printable(&b, buf_str(line));
	else
		buf_add(&b, line->p, line->n);
	buf_addc(&b, '\n');
	put(channel, &b);
	line->n = 0;
}

void prefix_add(struct prefix *p, int channel, const char *data, size_t n)
{
	struct buf *line = &p->line[channel == 2];

	while (n) {
		const char *end = memchr(data, '\n', n);
		size_t k = end ? (size_t)(end - data) : n;

		if (k > LINE_MAX_BYTES - line->n) {
			k = LINE_MAX_BYTES - line->n;
			end = NULL;
		}
		buf_add(line, data, k);
		if (end || line->n == LINE_MAX_BYTES)
			show(p, channel);
		k += end != NULL;
		data += k;
		n -= k;
	}
}

void prefix_end(struct prefix *p)
{
	for (int channel = 1; channel <= 2; channel++) {
		if (p->line[channel == 2].n)
			show(p, channel);
		buf_free(&p->line[channel == 2]);
	}
}
