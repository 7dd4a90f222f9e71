/* SPDX-License-Identifier: MIT */
#include "engine/docker/session/session.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/mem.h"
#include "engine/http/call.h"

static void health(struct rpc *r, struct pb m)
{
	AUTO_BUF struct buf serving = {0};

	(void)m;
	pb_add_number(&serving, 1, 1);
	rpc_send(r, &serving);
	rpc_end(r, RPC_OK, NULL);
}

/* It says nothing, and what it is sent goes on. */
static void goes_on(struct rpc *r)
{
	(void)r;
}

#define PATH_AUTH    "/moby.filesync.v1.Auth/"
#define PATH_SECRET  "/moby.buildkit.secrets.v1.Secrets/"
#define PATH_CONTENT "/containerd.services.content.v1.Content/"
#define PATH_SSH     "/moby.sshforward.v1.SSH/"
static const struct rpc_method methods[] = {
	{"/grpc.health.v1.Health/Check", .message = health},
	{PATH_SECRET "GetSecret", .message = secret_get},
	{PATH_AUTH "Credentials", .message = credentials_get},
	{PATH_SSH "CheckAgent", .message = agent_check},
	{PATH_SSH "ForwardAgent", agent_begin, agent_message, NULL, agent_said,
		agent_end},
	{"/moby.upload.v1.Upload/Pull", upload_begin, NULL, upload_ready, goes_on, NULL},
	{"/moby.filesync.v1.FileSync/DiffCopy", sync_begin, sync_message, sync_ready,
		NULL, sync_end},
	{PATH_CONTENT "Info", .message = content_info},
	{PATH_CONTENT "Read", NULL, content_read, content_read_ready, goes_on,
		content_read_end},
	{PATH_CONTENT "Write", .message = content_write, .end = content_write_end},
	{PATH_CONTENT "Abort", .message = content_abort},
	{.path = NULL},
};

void session_new_id(char out[SESSION_ID])
{
	unsigned char bytes[(SESSION_ID - 1) / 2] = {0};
	static const char digits[] = "0123456789abcdef";

	/* whoever guesses it could ask in the engine's place: 128 bits */
	if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
		abort();
	for (size_t i = 0; i < sizeof bytes; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * sizeof bytes] = 0;
}

int session_dial(struct engine *g, const char *path, const struct kvs *head,
	struct body_stream *out, struct err *e)
{
	AUTO_FREE char *versioned = xasprintf("/v1.%d%s", g->info.api_minor, path);
	AUTO_REPLY struct reply reply = {0};
	const struct http_request r = {.method = "POST",
		.path = versioned,
		.head = head,
		.upgrade = true,
		.protocol = "h2c",
		.timeout_ms = engine_patience(g, "POST")};

	if (http_open(g->http, &r, &reply, out, e) < 0)
		return -1;
	if (reply.status == 101)
		return 0;
	if (reply.status >= 300) {
		engine_fail(e, &reply);
		return -1;
	}
	body_stream_close(out);
	return err_set(e, 501, "%s is not spoken there", path);
}

static void begin(struct session *s, const struct build_request *b,
	const struct progress_sink *sink)
{
	*s = (struct session){.b = b, .upload = {.b = b, .sink = sink}};
	session_new_id(s->id);
}

static int serve(struct session *s, struct body_stream *body, struct err *e)
{
	s->rpc = rpc_server(body, methods, s, e);
	return s->rpc ? 0 : -1;
}

int session_serve(struct session *s, const struct build_request *b,
	const struct progress_sink *sink, struct body_stream *body, struct err *e)
{
	begin(s, b, sink);
	return serve(s, body, e);
}

int session_open(struct session *s, struct engine *g, const struct build_request *b,
	const struct progress_sink *sink, struct err *e)
{
	AUTO_KVS struct kvs head = {0};
	struct body_stream body = {0};

	begin(s, b, sink);
	kvs_add(&head, "X-Docker-Expose-Session-Uuid", s->id);
	kvs_add(&head, "X-Docker-Expose-Session-Name", "cnnrun");
	kvs_add(&head, "X-Docker-Expose-Session-Sharedkey", "");
	for (const struct rpc_method *m = methods; m->path; m++)
		kvs_add(&head, "X-Docker-Expose-Session-Grpc-Method", m->path);
	if (session_dial(g, "/session", &head, &body, e) < 0)
		return -1;
	return serve(s, &body, e);
}

void session_close(struct session *s)
{
	rpc_close(s->rpc);
	s->rpc = NULL;
}
