/* SPDX-License-Identifier: MIT */
#include "launch/carry/porter_words.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "launch/launch.h"

enum { SILENCE_MS = 120000, LOOK_MS = 500 };

static int lost(const struct porter *p, struct err *e)
{
	return err_set(e, EPIPE,
		"carry %s: the connection to what carries it was lost; %s goes on from "
		"here",
		p->at.source, p->at.way ? "cnnrun fetch" : "the next start");
}

static int wait_for(struct porter *p, short events, struct err *e)
{
	for (int waited = 0; waited < SILENCE_MS; waited += LOOK_MS) {
		struct pollfd f = {.fd = stream_fd(p->stream), .events = events};
		int n;

		if (launch_end_asked())
			return err_set(e, ERR_INTERRUPTED, "interrupted");
		n = poll(&f, 1, LOOK_MS);
		if (n > 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return err_errno(e, "poll");
	}
	return err_set(e, ETIMEDOUT, "carry %s: %s does not go on", p->at.source,
		p->at.way ? "the other side" : "the engine");
}

/* What it says of its own accord is that it failed. */
static int said(struct porter *p, struct err *e);

int porter_send_all(struct porter *p, const char *data, size_t n, struct err *e)
{
	while (n) {
		ssize_t k = stream_send(p->stream, data, n, NULL);

		if (k < 0)
			return said(p, e);
		if (!k && wait_for(p, POLLOUT, e) < 0)
			return -1;
		data += k;
		n -= (size_t)k;
	}
	return 0;
}

int porter_flush(struct porter *p, struct err *e)
{
	int rc = porter_send_all(p, buf_str(&p->out), p->out.n, e);

	p->out.n = 0;
	return rc;
}

int porter_say(
	struct porter *p, const struct porter_word *w, const char *path, struct err *e)
{
	struct porter_word word = *w;

	word.path_n = path ? (uint32_t)strlen(path) : 0;
	buf_add(&p->out, &word, sizeof word);
	buf_add(&p->out, path, word.path_n);
	return p->out.n >= PORTER_AHEAD ? porter_flush(p, e) : 0;
}

static int receive(struct porter *p, struct err *e)
{
	int channel, n;

	while (!p->in.iov_len) {
		n = stream_take(p->stream, &p->in, 1, &channel, NULL);
		if (n < 0)
			return lost(p, e);
		if (!n && wait_for(p, POLLIN, e) < 0)
			return -1;
		if (n && channel != 1) /* it never says anything there */
			p->in.iov_len = 0;
	}
	return 0;
}

int porter_read(struct porter *p, void *to, size_t n, struct err *e)
{
	char *at = to;

	while (n) {
		size_t k;

		if (receive(p, e) < 0)
			return -1;
		k = n < p->in.iov_len ? n : p->in.iov_len;
		memcpy(at, p->in.iov_base, k);
		p->in.iov_base = (char *)p->in.iov_base + k;
		p->in.iov_len -= k;
		at += k;
		n -= k;
	}
	return 0;
}

int porter_hear(struct porter *p, struct porter_word *w, struct err *e)
{
	if (porter_read(p, w, sizeof *w, e) < 0)
		return -1;
	if (w->path_n > CARRY_PATH_MAX || w->size > INT64_MAX)
		return err_set(e, EPROTO, "carry %s: unreadable answer", p->at.source);
	if (porter_read(p, p->path, w->path_n, e) < 0)
		return -1;
	p->path[w->path_n] = 0;
	if (w->verb != PORTER_FAILED)
		return 0;
	return err_set(e, w->error, "carry %s: %s over there: %s", p->at.source,
		w->path_n ? p->path : "the copy", strerror(w->error));
}

static int said(struct porter *p, struct err *e)
{
	struct porter_word w;

	return porter_hear(p, &w, e) < 0 ? -1 : lost(p, e);
}

int porter_expect(
	struct porter *p, enum porter_verb verb, struct porter_word *w, struct err *e)
{
	if (porter_hear(p, w, e) < 0)
		return -1;
	return w->verb == verb
		       ? 0
		       : err_set(e, EPROTO, "carry %s: unreadable answer", p->at.source);
}
