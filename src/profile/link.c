/* SPDX-License-Identifier: MIT */
/* One JSON message a line, both ways, over a socket pair. The child's clock runs while
 * the host waits for it and stands still while the host works out an answer. */
#include "profile/host.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

int link_kill(struct profile *p, struct err *e, const char *fmt, ...)
{
	char text[200];
	va_list ap;

	death_quiet(p);
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	return err_set(e, ECHILD, "%s: %s", p->src->shown, text);
}

static double time_left(const struct profile *p)
{
	const double until = p->limits.until;
	double all = until > 0 ? until - clock_seconds() : p->phase.left;

	return all < p->phase.left ? all : p->phase.left;
}

/* 0 = ready, -1 = the child's time is up and it is dead. */
static int wait_for(struct profile *p, short events, struct err *e)
{
	struct pollfd f = {.fd = p->fd, .events = events};

	/* Looked at before each wait: who sends a little now and then runs out of time
	 * too. */
	for (double left; (left = time_left(p)) > 0;) {
		double start = clock_seconds();
		int n = poll(&f, 1, (int)ceil(left * 1000));
		int failed = n < 0 ? errno : 0;

		p->phase.left -= clock_seconds() - start;
		if (n > 0)
			return 0;
		if (failed && failed != EINTR)
			return link_kill(p, e, "poll: %s", strerror(failed));
	}
	return death_by_time(p, e);
}

static int receive(struct profile *p, struct err *e)
{
	ssize_t n = recv(p->fd, buf_room(&p->in, 65536), 65536, MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return wait_for(p, POLLIN, e);
	if (n <= 0)
		return death_name(p, e);
	p->in.n += (size_t)n;
	p->phase.bytes += (size_t)n;
	if (p->in.n > MESSAGE_MAX + 65536)
		return link_kill(
			p, e, "sent a message larger than %zu MiB", MESSAGE_MAX >> 20);
	if (p->phase.bytes > PHASE_MAX)
		return link_kill(p, e, "sent more than %zu MiB", PHASE_MAX >> 20);
	return 0;
}

/* A script may ask for as long as it lives, but not flood the host. */
static void pace(struct profile *p)
{
	const int64_t each_us = 1000000 / ASK_RATE,
		      now = (int64_t)(clock_seconds() * 1e6);
	const int64_t saved = now - ASK_MAX * each_us;

	p->paid_us = (p->paid_us < saved ? saved : p->paid_us) + each_us;
	if (p->paid_us > now)
		usleep((useconds_t)(p->paid_us - now));
}

int link_read(struct profile *p, cJSON **message, struct err *e)
{
	const char *nl;

	if (!p->pid)
		return err_set(e, ECHILD, "%s: has ended", p->src->shown);
	while (!(nl = p->in.n > p->scanned
			      ? memchr(p->in.p + p->scanned, '\n', p->in.n - p->scanned)
			      : NULL)) {
		p->scanned = p->in.n;
		if (receive(p, e) < 0)
			return -1;
	}
	*message = json_parse(p->in.p, (size_t)(nl - p->in.p), NULL);
	buf_drop(&p->in, (size_t)(nl - p->in.p) + 1);
	p->scanned = 0;
	p->asked = true;
	if (!cJSON_IsString(json_get(*message, "op"))) {
		json_free(message);
		return link_kill(p, e, "sent something that is not a message");
	}
	if (p->steers) {
		pace(p);
	} else if (++p->phase.asks > ASK_MAX) {
		json_free(message);
		link_kill(p, e, "asked the host more than %d times", ASK_MAX);
		if (e)
			e->code = ETIME;
		return -1;
	}
	return 0;
}

/* The child is reading, or it is up to no good: writing is on its clock too. */
static int send_all(struct profile *p, const char *data, size_t n, struct err *e)
{
	while (n) {
		ssize_t k = send(p->fd, data, n, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (k < 0 && (errno == EAGAIN || errno == EINTR)) {
			if (wait_for(p, POLLOUT, e) < 0)
				return -1;
			continue;
		}
		if (k < 0)
			return death_name(p, e);
		data += k;
		n -= (size_t)k;
	}
	return 0;
}

int link_reply(
	struct profile *p, const cJSON *value, const struct err *why, struct err *e)
{
	AUTO_FREE char *text = NULL;
	AUTO_BUF struct buf line = {0};

	if (why) {
		AUTO_JSON cJSON *o = cJSON_CreateObject();

		cJSON_AddStringToObject(o, "err", why->msg);
		cJSON_AddNumberToObject(o, "code", why->code);
		text = json_text(o, false);
		buf_adds(&line, text);
	} else {
		text = value ? json_text(value, false) : xstrdup("null");
		buf_addf(&line, "{\"ok\":%s}", text);
	}
	if (line.n >= MESSAGE_MAX) {
		struct err large;

		err_set(&large, EMSGSIZE, "the host's answer is larger than %zu MiB",
			MESSAGE_MAX >> 20);
		return link_reply(p, NULL, &large, e);
	}
	buf_addc(&line, '\n');
	p->asked = false;
	return send_all(p, line.p, line.n, e);
}
