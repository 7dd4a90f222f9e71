/* SPDX-License-Identifier: MIT */
/* A request whose answer is a stream: the connection after an upgrade, or a reply's body
 * that goes on. */
#ifndef CNNRUN_ENGINE_UPGRADE_H
#define CNNRUN_ENGINE_UPGRADE_H

#include "engine/http/call.h"
#include "engine/http/chunked.h"

struct body_stream {
	struct wire *wire;
	bool chunked, upgraded;
	bool has_length;
	size_t left; /* of the length */
	struct chunked chunks;
	struct buf ahead; /* received with the head */
};
void body_stream_close(struct body_stream *b);

/* Sends the request and reads the reply's head. body may be NULL; upgrade asks for the
 * raw connection. A status >= 300 is an error with the engine's words. */
int body_stream_open(struct engine *g, const char *method, const char *path,
	const cJSON *body, bool upgrade, struct body_stream *out, struct err *e);
/* Bytes of the body, 0 = would block, -1 = end (e->code 0) or broken. n must be > 0. */
ssize_t body_stream_recv(struct body_stream *b, void *p, size_t n, struct err *e);

#endif
