/* SPDX-License-Identifier: MIT */
/* HTTP/1.1 over a unix socket. http.c is the only file that knows libcurl. */
#ifndef CNNRUN_ENGINE_HTTP_H
#define CNNRUN_ENGINE_HTTP_H

#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/strv.h"

/* A buffered reply, and a line of a streamed one, is at most this long. */
#define HTTP_REPLY_MAX ((size_t)16 << 20)

/* Finds and loads libcurl; idempotent. */
int http_load(struct err *e);

/* A client of one socket: a kept-alive connection. Connects on the first request. */
struct http;
int http_new(const char *socket, struct http **out, struct err *e);
void http_free(struct http *h); /* NULL is fine */

struct http_request {
	const char *method, *path;
	const struct kvs *head; /* more header lines; may be NULL */
	const char *type;       /* of the body; NULL = application/json */
	const char *body;       /* NULL = none */
	size_t n_body;
	/* A body that is made while it is sent: bytes, 0 = end, -1 = give up. */
	ssize_t (*read)(void *ctx, char *to, size_t n);
	void *read_ctx;
	/* Takes the body of a reply below 400 as it comes; -1 = give up. */
	int (*data)(void *ctx, const char *p, size_t n);
	void *data_ctx;
	const volatile int *cancel; /* polled; ends the request with ERR_INTERRUPTED */
	long timeout_ms;            /* 0 = none */
};

struct reply {
	long status;
	struct kvs head; /* names in lower case */
	struct buf body;
};
void reply_free(struct reply *r);
#define AUTO_REPLY __attribute__((cleanup(reply_free)))

/* Any HTTP status is a success here. When read or data gave up e keeps what they set. */
int http_do(
	struct http *h, const struct http_request *r, struct reply *out, struct err *e);

/* Raw bytes on a connection of its own, never blocking. */
struct wire;
int wire_open(const char *socket, struct wire **out, struct err *e);
void wire_free(struct wire *w); /* NULL is fine */
int wire_fd(const struct wire *w);
/* Bytes, 0 = would block, -1 = broken. */
ssize_t wire_send(struct wire *w, const void *p, size_t n, struct err *e);
/* Bytes, 0 = would block, -1 = end (e->code 0) or broken. */
ssize_t wire_recv(struct wire *w, void *p, size_t n, struct err *e);
void wire_half_close(struct wire *w);

#endif
