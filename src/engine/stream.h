/* SPDX-License-Identifier: MIT */
/* A hijacked or streaming connection to the engine, never blocking: attach, exec, logs;
 * or one that is like it. */
#ifndef CNNRUN_ENGINE_STREAM_H
#define CNNRUN_ENGINE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "base/err.h"

struct stream;

/* Of a connected stream socket, which it takes over: whatever comes is of channel 1. */
struct stream *stream_of(int fd);
int stream_fd(const struct stream *s); /* for poll() */

/* Sends what can be sent now: bytes taken (0 = would block), -1 = broken. */
ssize_t stream_send(struct stream *s, const void *data, size_t n, struct err *e);
/* What was received of one channel, at most max pieces of it, which stay until the next
 * call: how many, 0 = would block, -1 = end (e->code 0) or broken (e->code set). *channel
 * is 1 (stdout) or 2 (stderr). */
int stream_take(struct stream *s, struct iovec *v, int max, int *channel, struct err *e);
/* Is something received already, of which poll() does not tell? */
bool stream_holds_more(const struct stream *s);
/* No more input: half-closes. With a TTY it sends ^D instead. */
void stream_end_input(struct stream *s);
/* Breaks the connection, so that the engine stops to wait for whoever reads it. */
void stream_abandon(struct stream *s);
void stream_free(struct stream *s);
void stream_free_ptr(struct stream **s);
#define AUTO_STREAM __attribute__((cleanup(stream_free_ptr)))

/* The demultiplexer, alone, for tests: feeds raw bytes, calls out per run of payload.
 * -1 = malformed frame. */
struct demux {
	unsigned char head[8];
	size_t n_head;
	size_t left;
	int channel;
};
int demux_feed(struct demux *d, const char *data, size_t n,
	void (*out)(void *ctx, int channel, const char *data, size_t n), void *ctx,
	struct err *e);

#endif
