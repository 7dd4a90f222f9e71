/* SPDX-License-Identifier: MIT */
/* A session, and an engine at its other end that says what it likes. */
#ifndef CNNRUN_TESTS_SESSION_TEST_H
#define CNNRUN_TESTS_SESSION_TEST_H

#include "test.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <nghttp2/nghttp2.h>

#include "engine/docker/session/session.h"

enum { ROUNDS_MAX = 20000 };

struct engine_end {
	struct session s;
	nghttp2_session *h2;
	int fd;
	bool over; /* the session has hung up */
};

/* One call: what is to be said, and what was answered. */
struct call {
	struct engine_end *at;
	int32_t id;
	struct buf out, in;
	bool endless, last, over; /* out again and again; nothing after it */
	int status;               /* -1 = none was told */
};

static inline ssize_t call_read(nghttp2_session *h2, int32_t id, uint8_t *to, size_t n,
	uint32_t *flags, nghttp2_data_source *source, void *ctx)
{
	struct call *c = source->ptr;

	(void)h2;
	(void)id;
	(void)ctx;
	if (c->endless) {
		memset(to, 0, n);
		return (ssize_t)n;
	}
	n = n < c->out.n ? n : c->out.n;
	if (n) {
		memcpy(to, c->out.p, n);
		buf_drop(&c->out, n);
	}
	if (c->last && !c->out.n)
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	return n || *flags ? (ssize_t)n : NGHTTP2_ERR_DEFERRED;
}

static inline int call_data(nghttp2_session *h2, uint8_t flags, int32_t id,
	const uint8_t *p, size_t n, void *ctx)
{
	struct call *c = nghttp2_session_get_stream_user_data(h2, id);

	(void)flags;
	(void)ctx;
	buf_add(&c->in, p, n);
	return 0;
}

static inline int call_line(nghttp2_session *h2, const nghttp2_frame *f,
	const uint8_t *name, size_t n_name, const uint8_t *value, size_t n, uint8_t flags,
	void *ctx)
{
	struct call *c = nghttp2_session_get_stream_user_data(h2, f->hd.stream_id);

	(void)n_name;
	(void)n;
	(void)flags;
	(void)ctx;
	if (!strcmp((const char *)name, "grpc-status"))
		c->status = atoi((const char *)value);
	return 0;
}

static inline int call_close(nghttp2_session *h2, int32_t id, uint32_t code, void *ctx)
{
	struct call *c = nghttp2_session_get_stream_user_data(h2, id);

	(void)code;
	(void)ctx;
	if (c)
		c->over = true;
	return 0;
}

static inline void end_open(struct engine_end *p, const struct build_request *b)
{
	struct body_stream body = {.kind = BODY_TO_END};
	nghttp2_session_callbacks *cb;
	struct err e = {0};
	int fds[2];

	*p = (struct engine_end){0};
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	body.wire = unix_wire(fds[0]);
	p->fd = fds[1];
	assert_ok(session_serve(&p->s, b, NULL, &body, &e));
	nghttp2_session_callbacks_new(&cb);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(cb, call_data);
	nghttp2_session_callbacks_set_on_header_callback(cb, call_line);
	nghttp2_session_callbacks_set_on_stream_close_callback(cb, call_close);
	nghttp2_session_client_new(&p->h2, cb, p);
	nghttp2_session_callbacks_del(cb);
	nghttp2_submit_settings(p->h2, NGHTTP2_FLAG_NONE, NULL, 0);
}

static inline void end_close(struct engine_end *p)
{
	nghttp2_session_del(p->h2);
	close(p->fd);
	session_close(&p->s);
	assert_null(p->s.agents);
}

/* A round of both sides. */
static inline void end_step(struct engine_end *p)
{
	struct pollfd fds[8];
	size_t n = agents_poll(&p->s, fds, COUNT_OF(fds));
	const uint8_t *due;
	uint8_t piece[65536];
	ssize_t k;

	for (int i = 0; i < 8 && (k = nghttp2_session_mem_send(p->h2, &due)) > 0; i++)
		if (send(p->fd, due, (size_t)k, MSG_NOSIGNAL) < 0)
			p->over = true;
	poll(fds, (nfds_t)n, 0);
	agents_step(&p->s, fds, n);
	p->over |= rpc_step(p->s.rpc, NULL) < 0;
	while ((k = recv(p->fd, piece, sizeof piece, MSG_DONTWAIT)) > 0)
		assert_true(nghttp2_session_mem_recv(p->h2, piece, (size_t)k) > 0);
}

/* Adds a message to what is said. */
static inline void call_say(struct call *c, const struct buf *message)
{
	const unsigned char head[5] = {0, (unsigned char)(message->n >> 24),
		(unsigned char)(message->n >> 16), (unsigned char)(message->n >> 8),
		(unsigned char)message->n};

	buf_add(&c->out, head, sizeof head);
	buf_add(&c->out, buf_str(message), message->n);
	if (c->id)
		nghttp2_session_resume_data(c->at->h2, c->id);
}

/* key and value: a further line of its head; NULL = none. */
static inline void call_begin(struct call *c, struct engine_end *p, const char *path,
	const char *key, const char *value)
{
	const char *const words[][2] = {{":method", "POST"}, {":scheme", "http"},
		{":authority", "x"}, {":path", path}, {key, value}};
	nghttp2_data_provider out = {{.ptr = c}, call_read};
	nghttp2_nv head[COUNT_OF(words)];
	size_t n = key ? COUNT_OF(words) : COUNT_OF(words) - 1;

	for (size_t i = 0; i < n; i++)
		head[i] = (nghttp2_nv){(uint8_t *)(uintptr_t)words[i][0],
			(uint8_t *)(uintptr_t)words[i][1], strlen(words[i][0]),
			strlen(words[i][1]), NGHTTP2_NV_FLAG_NONE};
	c->at = p;
	c->status = -1;
	c->id = nghttp2_submit_request(p->h2, NULL, head, n, &out, c);
	assert_true(c->id > 0);
}

static inline void call_run(struct call *c)
{
	for (int i = 0; i < ROUNDS_MAX && !c->over && !c->at->over; i++)
		end_step(c->at);
}

static inline void call_free(struct call *c)
{
	buf_free(&c->out);
	buf_free(&c->in);
	nghttp2_session_set_stream_user_data(c->at->h2, c->id, NULL);
}

/* Messages of a call that carries that header (NULL = none), and the answer without its
 * head in *answer, the caller's; returns the status. */
static inline int ask_with(struct engine_end *p, const char *path, const char *key,
	const char *value, const struct buf *messages, size_t n, struct buf *answer)
{
	struct call c = {.last = true};
	int status;

	for (size_t i = 0; i < n; i++)
		call_say(&c, &messages[i]);
	call_begin(&c, p, path, key, value);
	call_run(&c);
	assert_true(c.over);
	status = c.status;
	if (answer && c.in.n > 5)
		buf_add(answer, c.in.p + 5, c.in.n - 5);
	call_free(&c);
	return status;
}

static inline int ask(struct engine_end *p, const char *path, const struct buf *message,
	struct buf *answer)
{
	return ask_with(p, path, NULL, NULL, message, 1, answer);
}

#endif
