/* SPDX-License-Identifier: MIT */
#include "engine/docker/session/h2.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nghttp2/nghttp2.h>

#include "base/mem.h"

enum { STREAMS_MAX = 64 }; /* calls at once */

/* The library writes to neither. */
static nghttp2_nv line(const char *name, const char *value)
{
	nghttp2_nv nv = {.namelen = strlen(name), .valuelen = strlen(value)};

	memcpy(&nv.name, &name, sizeof nv.name);
	memcpy(&nv.value, &value, sizeof nv.value);
	return nv;
}

static struct rpc *add_call(struct rpc_conn *c, struct rpc *r)
{
	r->next = c->calls;
	c->calls = r;
	return r;
}

static void end_call(struct rpc_conn *c, struct rpc *r)
{
	struct rpc **at = &c->calls;

	while (*at != r)
		at = &(*at)->next;
	*at = r->next;
	rpc_free(r);
}

static void send_trailer(nghttp2_session *h2, const struct rpc *r)
{
	nghttp2_nv lines[2];
	char number[16];
	AUTO_FREE char *why = xstrdup(r->why ? r->why : "");

	/* a header line has no room for others */
	for (char *c = why; *c; c++)
		if (*c < ' ' || *c > '~' || *c == '%')
			*c = '?';
	snprintf(number, sizeof number, "%d", r->status);
	lines[0] = line("grpc-status", number);
	lines[1] = line("grpc-message", why);
	nghttp2_submit_trailer(h2, r->id, lines, *why ? 2 : 1);
}

static ssize_t read_out(nghttp2_session *h2, int32_t id, uint8_t *to, size_t n,
	uint32_t *flags, nghttp2_data_source *source, void *ctx)
{
	struct rpc *r = source->ptr;
	bool last;
	size_t k = rpc_take(r, to, n, &last);

	(void)id;
	(void)ctx;
	if (!k && !last)
		return NGHTTP2_ERR_DEFERRED;
	if (!last)
		return (ssize_t)k;
	*flags |= NGHTTP2_DATA_FLAG_EOF;
	if (!r->ours) {
		*flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
		send_trailer(h2, r);
	}
	return (ssize_t)k;
}

void h2_resume(struct rpc *r)
{
	if (r->ours && r->status >= 0 && !r->heard)
		nghttp2_submit_rst_stream(
			r->conn->h2, NGHTTP2_FLAG_NONE, r->id, NGHTTP2_CANCEL);
	else
		nghttp2_session_resume_data(r->conn->h2, r->id);
}

int h2_request(struct rpc *r, struct err *e)
{
	const nghttp2_nv head[] = {line(":method", "POST"), line(":scheme", "http"),
		line(":authority", "engine"), line(":path", r->method->path),
		line("content-type", "application/grpc"), line("te", "trailers")};
	const nghttp2_data_provider out = {{.ptr = r}, read_out};

	r->id = nghttp2_submit_request(r->conn->h2, NULL, head, COUNT_OF(head), &out, r);
	if (r->id >= 0) {
		add_call(r->conn, r);
		return 0;
	}
	err_set(e, EPROTO, "the container engine cannot be called: %s",
		nghttp2_strerror(r->id));
	r->known = false; /* nobody waits for its end */
	rpc_free(r);
	return -1;
}

static int on_begin(nghttp2_session *h2, const nghttp2_frame *f, void *ctx)
{
	struct rpc_conn *c = ctx;

	if (c->methods && f->headers.cat == NGHTTP2_HCAT_REQUEST)
		nghttp2_session_set_stream_user_data(h2, f->hd.stream_id,
			add_call(c, rpc_new(c, f->hd.stream_id, c->methods, c->ctx)));
	return 0;
}

static int on_line(nghttp2_session *h2, const nghttp2_frame *f, const uint8_t *name,
	size_t n_name, const uint8_t *value, size_t n, uint8_t flags, void *ctx)
{
	struct rpc *r = nghttp2_session_get_stream_user_data(h2, f->hd.stream_id);

	(void)n_name; /* it ends with a NUL */
	(void)flags;
	(void)ctx;
	if (r)
		rpc_head(r, (const char *)name, (const char *)value, n);
	return 0;
}

static int answer(nghttp2_session *h2, struct rpc *r)
{
	const nghttp2_nv head[] = {
		line(":status", "200"), line("content-type", "application/grpc")};
	const nghttp2_data_provider out = {{.ptr = r}, read_out};

	rpc_begin(r);
	return nghttp2_submit_response(h2, r->id, head, COUNT_OF(head), &out);
}

static int on_frame(nghttp2_session *h2, const nghttp2_frame *f, void *ctx)
{
	struct rpc *r = nghttp2_session_get_stream_user_data(h2, f->hd.stream_id);
	bool head = f->hd.type == NGHTTP2_HEADERS;

	(void)ctx;
	if (!r || (!head && f->hd.type != NGHTTP2_DATA))
		return 0;
	if (head && f->headers.cat == NGHTTP2_HCAT_REQUEST && answer(h2, r) < 0)
		return NGHTTP2_ERR_CALLBACK_FAILURE;
	if (f->hd.flags & NGHTTP2_FLAG_END_STREAM)
		rpc_heard_all(r);
	return 0;
}

static int on_data(nghttp2_session *h2, uint8_t flags, int32_t id, const uint8_t *data,
	size_t n, void *ctx)
{
	struct rpc *r = nghttp2_session_get_stream_user_data(h2, id);

	(void)flags;
	(void)ctx;
	if (r)
		rpc_data(r, data, n);
	return 0;
}

/* Who has its answer and still talks is not listened to. */
static int on_sent(nghttp2_session *h2, const nghttp2_frame *f, void *ctx)
{
	const struct rpc *r = nghttp2_session_get_stream_user_data(h2, f->hd.stream_id);

	(void)ctx;
	if (r && !r->ours && !r->heard && f->hd.type == NGHTTP2_HEADERS &&
		f->hd.flags & NGHTTP2_FLAG_END_STREAM)
		nghttp2_submit_rst_stream(h2, NGHTTP2_FLAG_NONE, r->id, NGHTTP2_NO_ERROR);
	return 0;
}

static int on_close(nghttp2_session *h2, int32_t id, uint32_t code, void *ctx)
{
	struct rpc *r = nghttp2_session_get_stream_user_data(h2, id);

	(void)code;
	nghttp2_session_set_stream_user_data(h2, id, NULL);
	if (r)
		end_call(ctx, r);
	return 0;
}

int h2_open(struct rpc_conn *c)
{
	const nghttp2_settings_entry settings[] = {
		{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, STREAMS_MAX},
		{NGHTTP2_SETTINGS_ENABLE_PUSH, 0}};
	nghttp2_session_callbacks *cb;
	int rc = nghttp2_session_callbacks_new(&cb);

	if (rc < 0)
		return rc;
	nghttp2_session_callbacks_set_on_begin_headers_callback(cb, on_begin);
	nghttp2_session_callbacks_set_on_header_callback(cb, on_line);
	nghttp2_session_callbacks_set_on_frame_recv_callback(cb, on_frame);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(cb, on_data);
	nghttp2_session_callbacks_set_on_frame_send_callback(cb, on_sent);
	nghttp2_session_callbacks_set_on_stream_close_callback(cb, on_close);
	rc = c->methods ? nghttp2_session_server_new(&c->h2, cb, c)
			: nghttp2_session_client_new(&c->h2, cb, c);
	nghttp2_session_callbacks_del(cb);
	if (rc < 0)
		return rc;
	return nghttp2_submit_settings(
		c->h2, NGHTTP2_FLAG_NONE, settings, c->methods ? 1 : COUNT_OF(settings));
}

void h2_close(struct rpc_conn *c)
{
	while (c->calls)
		end_call(c, c->calls);
	nghttp2_session_del(c->h2);
}
