/* SPDX-License-Identifier: MIT */
/* An engine may tell who follows a log of whole lines only, and of the rest when the
 * container has ended; then some are not told any more. So the container itself is
 * listened to as well, and what its last lines have more is added. */
#include "launch/session/follow.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "launch/session/drain.h"
#include "launch/session/output.h"

enum { LINE_MAX_BYTES = 1 << 20, LAST_MS = 2000, CHANNELS = 2 };

/* A line that is not complete yet, without its time. */
struct line {
	size_t n;
	struct buf end; /* the last of it, of what was heard */
	bool in_time;
};

struct following {
	struct output out;
	struct stream *heard; /* NULL = it has ended */
	bool timestamps;
	struct line told[CHANNELS], said[CHANNELS];
};

/* The part of data that belongs to the line that it leaves incomplete. */
static const char *begin_line(
	struct line *l, const char *data, size_t *n, bool timestamps)
{
	const char *newline = memrchr(data, '\n', *n);

	if (!newline)
		return data;
	*l = (struct line){.in_time = timestamps, .end = l->end};
	l->end.n = 0;
	*n -= (size_t)(newline + 1 - data);
	return newline + 1;
}

static void on_log(void *ctx, int channel, const char *data, size_t n)
{
	struct following *f = ctx;
	struct line *l = &f->told[channel - 1];
	const char *p = begin_line(l, data, &n, f->timestamps);
	const char *space = l->in_time ? memchr(p, ' ', n) : NULL;

	if (l->in_time && !space)
		return;
	l->in_time = false;
	l->n += space ? n - (size_t)(space + 1 - p) : n;
}

static void on_speech(struct following *f, int channel, const char *data, size_t n)
{
	struct line *l = &f->said[channel - 1];
	const char *p = begin_line(l, data, &n, false);

	l->n += n;
	buf_add(&l->end, p, n);
	if (l->end.n > LINE_MAX_BYTES)
		buf_drop(&l->end, l->end.n - LINE_MAX_BYTES / 2);
}

static void listen_to(struct following *f)
{
	struct iovec piece;
	int channel, n;

	while (f->heard && (n = stream_take(f->heard, &piece, 1, &channel, NULL)) != 0) {
		if (n < 0)
			f->heard = NULL;
		else
			on_speech(f, channel, piece.iov_base, piece.iov_len);
	}
}

/* Whoever is slow to read must not hold up what is heard: the container would wait. */
static int look(struct following *f, struct err *e)
{
	struct output *out = &f->out;
	struct pollfd p[] = {{stream_fd(out->o->stream), POLLIN, 0},
		{f->heard ? stream_fd(f->heard) : -1, POLLIN, 0}};
	int got = output_is_pending(out) ? 0 : output_take(out, e);

	if (got < 0)
		return -1;
	if (output_is_pending(out))
		p[0] = (struct pollfd){out->fd, POLLOUT, 0};
	else if (out->ended)
		return 0;
	if (poll(p, COUNT_OF(p), -1) < 0 && errno != EINTR)
		return err_errno(e, "waiting for the engine");
	listen_to(f);
	output_flush(out);
	return 0;
}

static void add_time(struct buf *b)
{
	struct timespec now;
	struct tm t;
	char text[40];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &t);
	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &t);
	buf_addf(b, "%s.%09ldZ ", text, now.tv_nsec);
}

static void tell_rest(struct following *f)
{
	for (int i = 0; i < CHANNELS; i++) {
		struct line *said = &f->said[i];
		size_t rest = said->n > f->told[i].n ? said->n - f->told[i].n : 0;
		AUTO_BUF struct buf b = {0};

		if (!rest || rest > said->end.n)
			continue;
		if (f->timestamps && !f->told[i].n)
			add_time(&b);
		buf_add(&b, said->end.p + said->end.n - rest, rest);
		drain_out(NULL, i + 1, b.p, b.n);
	}
}

int follow(struct stream *log, struct stream *heard, bool timestamps, struct err *e)
{
	struct following f = {.heard = heard,
		.timestamps = timestamps,
		.told = {{.in_time = timestamps}, {.in_time = timestamps}}};
	const struct launch_events events = {.on_log = on_log, .ctx = &f};
	const struct relay_options o = {.stream = log, .events = &events};
	int64_t end;
	int rc = 0;

	f.out = (struct output){.o = &o, .impatient = true};
	while (!rc && !f.out.lost && (!f.out.ended || output_is_pending(&f.out)))
		rc = look(&f, e);
	end = clock_ms() + LAST_MS;
	while (!rc && !f.out.lost && f.heard && clock_ms() < end) {
		struct pollfd p = {stream_fd(f.heard), POLLIN, 0};

		poll(&p, 1, (int)(end - clock_ms()));
		listen_to(&f);
	}
	if (!rc && !f.out.lost)
		tell_rest(&f);
	for (int i = 0; i < CHANNELS; i++)
		buf_free(&f.said[i].end);
	return rc;
}
