/* SPDX-License-Identifier: MIT */
/* A session: the connection on which BuildKit asks this side, while a build runs, for
 * what the build was given. A file each for what can be asked. */
#ifndef CNNRUN_ENGINE_SESSION_H
#define CNNRUN_ENGINE_SESSION_H

#include <poll.h>

#include "engine/docker/image/build_upload.h"
#include "engine/docker/session/rpc.h"
#include "engine/engine.h"
#include "engine/image.h"

enum { SESSION_ID = 33 };

struct agent_call;

/* Before the id of a cache, where it is asked for. */
#define CACHE_STORE "local:"

struct session {
	char id[SESSION_ID];
	struct rpc_conn *rpc;
	const struct build_request *b;
	struct build_upload upload; /* of the context */
	struct agent_call *agents;
	struct err err; /* why what was asked for could not be given; msg "" = it could */
};

/* Of 32 hexadecimal digits. */
void session_new_id(char out[SESSION_ID]);
/* A connection for gRPC by this path, which takes more lines of head (NULL = none). */
int session_dial(struct engine *g, const char *path, const struct kvs *head,
	struct body_stream *out, struct err *e);
int session_open(struct session *s, struct engine *g, const struct build_request *b,
	const struct progress_sink *sink, struct err *e);
/* The same on a connection that is there: answers what b was given. */
int session_serve(struct session *s, const struct build_request *b,
	const struct progress_sink *sink, struct body_stream *body, struct err *e);
void session_close(struct session *s);

/* What its calls have open, to poll: at most max of them in v. */
size_t agents_poll(const struct session *s, struct pollfd *v, size_t max);
void agents_step(struct session *s, const struct pollfd *v, size_t n);

/* The methods' parts. */
void secret_get(struct rpc *r, struct pb m);
void credentials_get(struct rpc *r, struct pb m);
void upload_begin(struct rpc *r);
void upload_ready(struct rpc *r);
void agent_check(struct rpc *r, struct pb m);
void agent_begin(struct rpc *r);
void agent_message(struct rpc *r, struct pb m);
void agent_said(struct rpc *r);
void agent_end(struct rpc *r);
void sync_begin(struct rpc *r);
void sync_message(struct rpc *r, struct pb m);
void sync_ready(struct rpc *r);
void sync_end(struct rpc *r);
void content_info(struct rpc *r, struct pb m);
void content_read(struct rpc *r, struct pb m);
void content_read_ready(struct rpc *r);
void content_read_end(struct rpc *r);
void content_write(struct rpc *r, struct pb m);
void content_write_end(struct rpc *r);
void content_abort(struct rpc *r, struct pb m);

#endif
