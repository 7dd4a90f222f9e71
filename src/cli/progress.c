/* SPDX-License-Identifier: MIT */
#include "cli/progress.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "cli/progress_steps.h"
#include "cli/table.h"
#include "cli/words.h"

enum { LIVE_LINES = 6, WIDTH_MIN = 40, WIDTH_MAX = 100 };
static const double REDRAW_SECONDS = 0.06;

struct progress_view {
	struct progress_style style;
	struct steps steps;
	size_t drawn; /* live lines on the screen */
	double last_drawn;
	int fd;
};

static const char *sgr(const struct progress_view *v, const char *sequence)
{
	return v->style.color ? sequence : "";
}

static size_t width(const struct progress_view *v)
{
	int columns = v->style.columns;

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

/* "[2/7] RUN apt-get update            3.1s" */
static void add_step_line(const struct progress_view *v, struct buf *b, const struct step *st)
{
	AUTO_BUF struct buf end = {0};
	size_t room = width(v) - 10, n;

	if (st->state == STEP_FAILED)
		buf_adds(&end, "failed");
	else if (st->cached)
		buf_adds(&end, "cached");
	else
		buf_addf(&end, "%.1fs", st->seconds);
	n = add_cut(b, st->name ? st->name : "", room);
	buf_addf(b, "%*s", (int)(room - n + 9 - end.n), "");
	buf_addf(b, "%s%s%s\n",
			sgr(v, st->state == STEP_FAILED ? "\033[1;31m" : "\033[2m"), end.p,
			sgr(v, "\033[0m"));
}

static void add_upload(const struct progress_view *v, struct buf *b)
{
	buf_adds(b, "sending the build context  ");
	add_size(b, v->steps.sent);
	buf_addc(b, '\n');
}

static void add_layers(const struct progress_view *v, struct buf *b, bool ended)
{
	int64_t current, total;
	size_t done, n = steps_layers(&v->steps, &done, &current, &total);

	if (!n)
		return;
	if (ended && done == n)
		buf_addf(b, "pulled %zu layers", n);
	else
		buf_addf(b, "%s %zu of %zu layers", ended ? "pulled" : "pulling", done, n);
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

/* A running step: its name, and its last line of output below. */
static size_t add_running(const struct progress_view *v, struct buf *b, const struct step *st)
{
	AUTO_FREE char *line = step_last_line(st);
	size_t room = width(v) - 1;

	add_cut(b, st->name ? st->name : "", room - 20);
	if (st->total > 0 && st->current < st->total) {
		buf_adds(b, "  ");
		add_size(b, st->current);
		buf_adds(b, " of ");
		add_size(b, st->total);
	}
	buf_addc(b, '\n');
	if (!*line)
		return 1;
	buf_addf(b, "%s    ", sgr(v, "\033[2m"));
	add_cut(b, line, room - 4);
	buf_addf(b, "%s\n", sgr(v, "\033[0m"));
	return 2;
}

static size_t count_lines(const struct buf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		n += b->p[i] == '\n';
	return n;
}

static void put(struct progress_view *v, const struct buf *b)
{
	if (b->n)
		v->style.write(v->style.ctx, b->p, b->n);
}

static void add_erase(struct progress_view *v, struct buf *b)
{
	if (v->drawn)
		buf_addf(b, "\r\033[%zuA\033[J", v->drawn);
	v->drawn = 0;
}

static void add_live(struct progress_view *v, struct buf *b)
{
	AUTO_BUF struct buf lines = {0};
	size_t n = 0;

	if (v->steps.sending)
		add_upload(v, &lines);
	add_layers(v, &lines, false);
	for (size_t i = 0; i < v->steps.n && n < LIVE_LINES; i++) {
		const struct step *st = &v->steps.v[i];

		if (st->state == STEP_RUNNING && !st->layer && st->name)
			n += add_running(v, &lines, st);
	}
	v->drawn = count_lines(&lines);
	buf_add(b, buf_str(&lines), lines.n);
}

/* BuildKit's own housekeeping is nobody's concern unless it takes long. */
static bool is_worth_a_line(const struct progress_view *v, const struct step *st)
{
	if (st->layer || !st->name || !*st->name)
		return false;
	return v->style.verbose || st->state == STEP_FAILED || st->seconds >= 1 ||
			strncmp(st->name, "[internal]", 10) != 0;
}

static void on_event(void *ctx, const struct progress *p)
{
	struct progress_view *v = ctx;
	const struct step *st = steps_take(&v->steps, p);
	bool settled = p->kind == PROGRESS_DONE && st && st->state == STEP_DONE &&
			is_worth_a_line(v, st);
	bool told = p->kind == PROGRESS_LOG && v->style.verbose;
	AUTO_BUF struct buf b = {0};
	double now;

	if (v->style.quiet)
		return;
	now = v->style.now();
	if (v->style.live && !settled && !told && p->kind != PROGRESS_WARN &&
			now - v->last_drawn < REDRAW_SECONDS)
		return;
	add_erase(v, &b);
	if (settled)
		add_step_line(v, &b, st);
	if (told) {
		add_clean(&b, p->data, p->n);
		if (b.n && b.p[b.n - 1] != '\n')
			buf_addc(&b, '\n');
	}
	if (p->kind == PROGRESS_WARN) {
		buf_adds(&b, "warning: ");
		add_clean(&b, p->data, p->n);
		buf_addc(&b, '\n');
	}
	if (v->style.live) {
		add_live(v, &b);
		v->last_drawn = now;
	}
	put(v, &b);
}

static void add_failure(const struct progress_view *v, struct buf *b)
{
	for (size_t i = 0; i < v->steps.n; i++) {
		const struct step *st = &v->steps.v[i];

		if (st->state != STEP_FAILED)
			continue;
		if (!v->style.quiet)
			add_step_line(v, b, st);
		if (v->style.verbose) /* it has been seen */
			continue;
		if (st->log_cut)
			buf_adds(b, "(only the end of its output)\n");
		add_clean(b, buf_str(&st->log), st->log.n);
		if (b->n && b->p[b->n - 1] != '\n')
			buf_addc(b, '\n');
	}
}

static double monotonic(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void write_fd(void *ctx, const char *data, size_t n)
{
	int fd = *(int *)ctx;

	while (n) {
		ssize_t k = write(fd, data, n);

		if (k < 0 && errno != EINTR)
			return; /* nobody watches */
		if (k > 0) {
			data += k;
			n -= (size_t)k;
		}
	}
}

struct progress_view *progress_view_with(const struct progress_style *style)
{
	struct progress_view *v = xcalloc(1, sizeof *v);

	v->style = *style;
	return v;
}

struct progress_view *progress_view_new(int fd)
{
	struct winsize size = {0};
	struct progress_style style = {.live = log_is_live(),
			.color = log_is_color(),
			.quiet = log_level() == LOG_QUIET,
			.verbose = log_level() == LOG_VERBOSE,
			.now = monotonic,
			.write = write_fd};
	struct progress_view *v;

	if (style.live && ioctl(fd, TIOCGWINSZ, &size) == 0) {
		style.columns = size.ws_col;
		/* Lines that wrap cannot be counted. */
		style.live = size.ws_col >= WIDTH_MIN;
	}
	v = progress_view_with(&style);
	v->fd = fd;
	v->style.ctx = &v->fd;
	return v;
}

struct progress_sink progress_view_sink(struct progress_view *v)
{
	return (struct progress_sink){.event = on_event, .ctx = v};
}

void progress_view_end(struct progress_view *v)
{
	AUTO_BUF struct buf b = {0};

	add_erase(v, &b);
	if (!v->style.quiet)
		add_layers(v, &b, true);
	add_failure(v, &b);
	put(v, &b);
	steps_free(&v->steps);
	free(v);
}
