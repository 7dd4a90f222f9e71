/* SPDX-License-Identifier: MIT */
/* HTTP/1.1 (RFC 9112) on a wire: plain calls, bodies that stream either way, upgrades. */
#ifndef CNNRUN_ENGINE_HTTP_H
#define CNNRUN_ENGINE_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/strv.h"
#include "engine/http/body_stream.h"

/* A buffered reply, and a line of a streamed one, is at most this long. */
#define HTTP_REPLY_MAX ((size_t)16 << 20)

/* A client of one engine, which keeps a connection alive. url ("unix:///…") is borrowed.
 * Connects on the first request. */
struct http;
struct http *http_new(const char *url);
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
	bool upgrade;               /* asks for the raw connection */
	const char *protocol;       /* on it; NULL = "tcp" */
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

/* The same on a connection of its own, until the head of the reply is there. Below 300
 * *body is what comes then, for the caller to close; else out has the reply. timeout_ms
 * is for the head. */
int http_open(struct http *h, const struct http_request *r, struct reply *out,
	struct body_stream *body, struct err *e);

#endif
