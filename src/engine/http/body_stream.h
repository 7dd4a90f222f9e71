/* SPDX-License-Identifier: MIT */
/* The body of a reply as it comes, or the connection after an upgrade. */
#ifndef CNNRUN_ENGINE_BODY_STREAM_H
#define CNNRUN_ENGINE_BODY_STREAM_H

#include "base/buf.h"
#include "engine/http/chunked.h"
#include "engine/http/head.h"
#include "engine/wire/wire.h"

struct body_stream {
	struct wire *wire;
	enum body_kind kind;
	uint64_t left; /* of the length */
	struct chunked chunks;
	struct buf ahead; /* received before it was wanted */
};
void body_stream_close(struct body_stream *b);

/* Bytes of the body, 0 = would block, -1 = end (e->code 0) or broken. n must be > 0. */
ssize_t body_stream_recv(struct body_stream *b, void *p, size_t n, struct err *e);

#endif
