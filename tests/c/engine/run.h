/* SPDX-License-Identifier: MIT */
/* One container of a test, from its making to its removal. */
#ifndef CNNRUN_TESTS_ENGINE_RUN_H
#define CNNRUN_TESTS_ENGINE_RUN_H

#include <poll.h>

#include "real.h"

struct run {
	struct resolved resolved;
	char *id;
	struct stream *stream;
	struct container_wait *wait;
	struct buf out, err;
	int status;
};

static inline void create(struct run *r)
{
	struct err e = {0};

	assert_ok(container_create(engine, &r->resolved, &r->id, NULL, &e));
}

static inline void attach(struct run *r)
{
	struct err e = {0};

	assert_ok(container_attach(engine, r->id, r->resolved.set.tty,
		r->resolved.open_stdin, false, NULL, &r->stream, &e));
	assert_ok(container_wait_begin(engine, r->id, &r->wait, &e));
}

static inline void start(struct run *r)
{
	struct err e = {0};

	create(r);
	attach(r);
	assert_ok(container_start(engine, r->id, NULL, &r->status, &e));
}

/* Reads what there is: false at the end of the stream. */
static inline bool drain(struct stream *s, struct buf *out, struct buf *err)
{
	struct iovec piece;
	struct err e = {0};
	int channel, k;

	while ((k = stream_take(s, &piece, 1, &channel, &e)) > 0)
		buf_add(channel == 2 ? err : out, piece.iov_base, piece.iov_len);
	if (k < 0 && e.code)
		fail_msg("%s", e.msg);
	return k == 0;
}

/* Until both the output and the container have ended. */
static inline void finish(struct run *r)
{
	bool open = true, running = true;
	struct err e = {0};

	while (open || running) {
		struct pollfd p[] = {
			{.fd = open ? stream_fd(r->stream) : -1, .events = POLLIN},
			{.fd = running ? container_wait_fd(r->wait) : -1,
				.events = POLLIN}};
		int rc;

		assert_true(poll(p, 2, 60000) > 0);
		open = open && drain(r->stream, &r->out, &r->err);
		rc = running ? container_wait_poll(r->wait, &r->status, &e) : 1;
		assert_ok(rc);
		running = rc == 0;
	}
}

static inline void end(struct run *r)
{
	struct err e = {0};
	bool gone = true;

	stream_free(r->stream);
	container_wait_free(r->wait);
	buf_free(&r->out);
	buf_free(&r->err);
	assert_ok(container_remove(engine, r->id, true, &gone, &e));
	assert_false(gone);
	free_resolved(&r->resolved);
	free(r->id);
}

static inline void wait_for_output(struct run *r, const char *text)
{
	while (!r->out.p || !strstr(r->out.p, text)) {
		struct pollfd p = {.fd = stream_fd(r->stream), .events = POLLIN};

		assert_true(poll(&p, 1, 60000) > 0);
		assert_true(drain(r->stream, &r->out, &r->err));
	}
}

#endif
