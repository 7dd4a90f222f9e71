/* SPDX-License-Identifier: MIT */
/* What services print, with their names before it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/printable.h"
#include "engine/container.h"
#include "launch/service/service.h"

/* Of a flood so much at a time: others have their turn as well. */
enum { LINE_MAX_BYTES = 1024, LAST_BYTES = 4096, TURN_BYTES = 1 << 18 };

/* Foreign text on the user's terminal. */
static void add_line(struct buf *b, const struct services *w, const struct service *v,
	const char *text)
{
	static const int colors[] = {36, 33, 32, 35, 34, 31};
	size_t i = (size_t)(v - w->v) % COUNT_OF(colors);

	if (log_is_color())
		buf_addf(b, "\033[%dm", colors[i]);
	buf_addf(b, "%-*s |%s ", w->width, v->l.s->service,
		log_is_color() ? "\033[0m" : "");
	add_printable(b, text);
	buf_addc(b, '\n');
}

static void keep_last(const struct services *w, struct service *v, const char *text)
{
	const char *from;

	add_line(&v->last, w, v, text);
	if (v->last.n < 4 * LAST_BYTES)
		return;
	from = memchr(v->last.p + v->last.n - LAST_BYTES, '\n', LAST_BYTES);
	buf_drop(&v->last, (size_t)(from + 1 - v->last.p));
}

static void end_line(
	struct buf *shown, struct services *w, struct service *v, struct buf *line)
{
	const struct plan_ready *r = &v->l.s->ready;

	while (line->n && line->p[line->n - 1] == '\r')
		line->p[--line->n] = 0;
	if (r->log && strstr(buf_str(line), r->log))
		v->said = true;
	if (w->shown) {
		add_line(shown, w, v, buf_str(line));
	} else {
		keep_last(w, v, buf_str(line));
	}
	buf_drop(line, line->n);
}

static void add_text(struct buf *shown, struct services *w, struct service *v,
	struct buf *line, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '\n' || line->n == LINE_MAX_BYTES)
			end_line(shown, w, v, line);
		if (text[i] != '\n')
			buf_addc(line, text[i] ? text[i] : ' ');
	}
}

/* A reader that has stopped shall not keep whoever asks for an end waiting. */
static void show(const struct buf *b)
{
	for (size_t at = 0; at < b->n;) {
		ssize_t k = write(2, b->p + at, b->n - at);

		if (k < 0 && (errno != EINTR || launch_end_asked()))
			return;
		at += k > 0 ? (size_t)k : 0;
	}
}

void service_hush(struct service *v)
{
	if (v->out)
		stream_abandon(v->out);
	stream_free(v->out);
	v->out = NULL;
}

/* The end of its output; a program that only closed it runs on unheard. */
static void end_stream(const struct services *w, struct service *v)
{
	AUTO_STATE struct container_state c = {0};
	bool found = false;

	service_hush(v);
	if (container_inspect(v->l.g, v->l.id, &c, &found, NULL) < 0 ||
		(found && c.running))
		return;
	v->ended = true;
	v->status = found ? c.exit_code : 137;
	if (v->state == SERVICE_READY && !w->ending)
		log_warn("service %s has ended with status %d", v->l.s->service,
			v->status);
}

static void listen_to(struct buf *shown, struct services *w, struct service *v)
{
	struct iovec piece;
	size_t taken = 0;
	int channel, n = 0;

	for (; taken < TURN_BYTES &&
		(n = stream_take(v->out, &piece, 1, &channel, NULL)) > 0;
		taken += piece.iov_len) {
		hint_hear(&v->heard, channel, piece.iov_base, piece.iov_len);
		add_text(shown, w, v, &v->line[channel == 2], piece.iov_base,
			piece.iov_len);
	}
	if (n >= 0)
		return;
	for (size_t i = 0; i < COUNT_OF(v->line); i++)
		if (v->line[i].n)
			end_line(shown, w, v, &v->line[i]);
	end_stream(w, v);
}

void services_listen(struct services *w)
{
	AUTO_BUF struct buf shown = {0};

	for (size_t i = 0; i < w->n; i++)
		if (w->v[i].out)
			listen_to(&shown, w, &w->v[i]);
	show(&shown);
}

void service_show_last(const struct service *v)
{
	show(&v->last);
}
