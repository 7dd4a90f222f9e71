/* SPDX-License-Identifier: MIT */
/* HTTP/2 by libnghttp2 below rpc.c: conn.c moves bytes, h2.c has what the library calls.
 */
#ifndef CNNRUN_ENGINE_H2_H
#define CNNRUN_ENGINE_H2_H

#include "engine/docker/session/rpc.h"

struct rpc_conn {
	struct nghttp2_session *h2;
	struct body_stream body;
	const struct rpc_method *methods; /* NULL = the calls are ours */
	void *ctx;
	struct rpc *calls;  /* all that are not over */
	const uint8_t *due; /* to be sent, the library's until it is asked for more */
	size_t n_due;
};
/* Sets c->h2 up; else an error of the library's. */
int h2_open(struct rpc_conn *c);
/* Ends its calls. */
void h2_close(struct rpc_conn *c);

/* There may be more to send of it. */
void h2_resume(struct rpc *r);
/* Sends the request of a call of ours, which is freed with its stream, or here where that
 * fails. */
int h2_request(struct rpc *r, struct err *e);

struct rpc *rpc_new(
	struct rpc_conn *c, int32_t id, const struct rpc_method *m, void *ctx);
void rpc_free(struct rpc *r);
/* Its head is whole: its path says which method it is. */
void rpc_begin(struct rpc *r);
/* One line of its head, or of what comes after its last message. */
void rpc_head(struct rpc *r, const char *name, const char *value, size_t n);
void rpc_data(struct rpc *r, const void *data, size_t n);
/* The other side has ended. */
void rpc_heard_all(struct rpc *r);
/* The next bytes to send of it; *last: nothing comes after them. */
size_t rpc_take(struct rpc *r, void *to, size_t n, bool *last);

#endif
