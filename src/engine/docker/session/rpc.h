/* SPDX-License-Identifier: MIT */
/* gRPC over HTTP/2 on a connection that the engine has upgraded: calls that it answers,
 * or, the other way round, calls of its that are answered here. */
#ifndef CNNRUN_ENGINE_RPC_H
#define CNNRUN_ENGINE_RPC_H

#include <stdbool.h>

#include "base/strv.h"
#include "engine/docker/image/protobuf.h"
#include "engine/http/body_stream.h"

/* Of a call's end; the others are not ours to tell apart. */
enum rpc_status {
	RPC_OK = 0,
	RPC_INVALID = 3,
	RPC_NOT_FOUND = 5,
	RPC_ALREADY_EXISTS = 6,
	RPC_EXHAUSTED = 8,
	RPC_FAILED = 9, /* what it needs is not so */
	RPC_OUT_OF_RANGE = 11,
	RPC_UNIMPLEMENTED = 12,
	RPC_INTERNAL = 13,
	RPC_UNAVAILABLE = 14
};

/* The line of a head that says which cache a call is about. */
#define CACHE_STORE_KEY "buildkit-attachable-store-id"

struct rpc;

/* What can be called, or how an answer is taken. All but path may be NULL. */
struct rpc_method {
	const char *path; /* "/grpc.health.v1.Health/Check" */
	void (*begin)(struct rpc *r);
	void (*message)(struct rpc *r, struct pb m);
	/* All that was to be sent is: rpc_send has the next. */
	void (*ready)(struct rpc *r);
	/* The other side says no more; NULL = then an answer ends as well. */
	void (*said)(struct rpc *r);
	/* It is over; frees own. Of our own call r->status and r->why tell how. */
	void (*end)(struct rpc *r);
};

struct rpc {
	struct rpc_conn *conn;
	const struct rpc_method *method;
	void *ctx;       /* of the connection, or of our own call */
	void *own;       /* the method's, for this call */
	struct kvs meta; /* what of the head counts */
	int status;      /* enum rpc_status; -1 = it goes on */
	char *why;
	/* for rpc.c alone: */
	int32_t id;
	bool ours, known, heard; /* a call of ours; the method is; they have ended */
	struct buf in, out;
	size_t sent;
	struct rpc *next; /* of the connection's */
};

struct rpc_conn;
/* Takes over body. server: the other side calls these methods, of which the last has no
 * path, with ctx. */
struct rpc_conn *rpc_server(struct body_stream *body, const struct rpc_method *methods,
	void *ctx, struct err *e);
struct rpc_conn *rpc_client(struct body_stream *body, struct err *e);
void rpc_close(struct rpc_conn *c); /* NULL is fine */

int rpc_fd(const struct rpc_conn *c);
short rpc_events(struct rpc_conn *c); /* to poll for */
/* Receives and sends what can be now. -1 = the connection is over, or broken. */
int rpc_step(struct rpc_conn *c, struct err *e);

/* A call of ours with one message. -1: it could not be made. */
int rpc_call(struct rpc_conn *c, const struct rpc_method *m, const struct buf *message,
	void *ctx, struct err *e);
/* A message of an answer. */
void rpc_send(struct rpc *r, const struct buf *message);
/* Nothing more is said, once what was is sent. why may be NULL. */
void rpc_end(struct rpc *r, enum rpc_status status, const char *why);
/* Is there something that the other side has not taken yet? */
bool rpc_busy(const struct rpc *r);

#endif
