/* SPDX-License-Identifier: MIT */
#include "cli/face/progress.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/face/progress_lines.h"
#include "cli/face/words.h"

enum { LIVE_STEPS = 4 };
static const double REDRAW_SECONDS = 0.06;

struct progress_view {
	struct progress_style style;
	struct steps steps;
	size_t drawn; /* live lines on the screen */
	double last_drawn;
	int fd;
};

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
		add_upload(&lines, v->steps.sent);
	add_layers(&lines, &v->steps, false);
	for (size_t i = 0; i < v->steps.n && n < LIVE_STEPS; i++) {
		const struct step *st = &v->steps.v[i];

		if (st->state == STEP_RUNNING && !st->layer && st->name) {
			add_running(&v->style, &lines, st);
			n++;
		}
	}
	v->drawn = count_lines(&lines);
	buf_add(b, buf_str(&lines), lines.n);
}

/* BuildKit's own housekeeping is nobody's concern unless it takes long. */
static bool is_housekeeping(const char *name)
{
	static const char *const names[] = {
		"[internal]", "copy /context /", "exporting to "};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (!strncmp(name, names[i], strlen(names[i])))
			return true;
	return false;
}

static bool is_worth_a_line(const struct progress_view *v, const struct step *st)
{
	if (st->layer || !st->name || !*st->name)
		return false;
	return v->style.verbose || st->state == STEP_FAILED || st->seconds >= 1 ||
	       !is_housekeeping(st->name);
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
		add_step_line(&v->style, &b, st);
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
			add_step_line(&v->style, b, st);
		if (v->style.verbose) /* it has been seen */
			continue;
		if (st->log_cut)
			buf_adds(b, "(only the end of its output)\n");
		add_clean(b, buf_str(&st->log), st->log.n);
		if (b->n && b->p[b->n - 1] != '\n')
			buf_addc(b, '\n');
	}
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
		.now = clock_seconds,
		.write = write_fd};
	struct progress_view *v;

	if (style.live && ioctl(fd, TIOCGWINSZ, &size) == 0) {
		style.columns = size.ws_col ? size.ws_col : WIDTH_UNKNOWN;
		/* Lines that wrap cannot be counted. */
		style.live = style.columns >= WIDTH_MIN;
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
		add_layers(&b, &v->steps, true);
	add_failure(v, &b);
	put(v, &b);
	steps_free(&v->steps);
	free(v);
}
