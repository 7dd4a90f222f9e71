/* SPDX-License-Identifier: MIT */
#include "launch/steer/prefix.h"

#include <errno.h>
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
static void show(void *prefix, int channel, struct buf *line)
{
	static const int colors[] = {36, 33, 32, 35, 34, 31};
	const struct prefix *p = prefix;
	bool terminal = isatty(channel), color = terminal && log_is_color();
	AUTO_BUF struct buf b = {0};

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
}

void prefix_add(struct prefix *p, int channel, const char *data, size_t n)
{
	lines_add(&p->lines, LINE_MAX_BYTES, channel, data, n, show, p);
}

void prefix_end(struct prefix *p)
{
	lines_end(&p->lines, show, p);
}
