/* SPDX-License-Identifier: MIT */
/* One request on its way and the reply that comes meanwhile. */
#ifndef CNNRUN_ENGINE_EXCHANGE_H
#define CNNRUN_ENGINE_EXCHANGE_H

#include "engine/http/body_stream.h"
#include "engine/http/http.h"

struct exchange {
	const struct http_request *r;
	const char *url;  /* of the engine, for words */
	int64_t deadline; /* clock_ms(); 0 = none */
	struct buf out;   /* a piece of the request */
	size_t sent;      /* of it */
	bool last;        /* nothing comes after out */
	bool sending;     /* until all is sent, or sending on is of no use */
	bool any_sent;
	bool lost;     /* the connection ended before a byte of the reply */
	bool unread;   /* and before the engine had read the request */
	size_t n_head; /* bytes of all heads so far */
	struct head head;
	struct body_stream in;
};
/* Takes over wire. */
void exchange_begin(struct exchange *x, const char *url, const struct http_request *r,
	struct wire *wire);
void exchange_end(struct exchange *x);

/* Sends until the head of the reply is there; then the request need not be sent yet. */
int exchange_head(struct exchange *x, struct err *e);
/* Sends on and receives a piece of the body: bytes, 0 = the end. */
ssize_t exchange_recv(struct exchange *x, void *p, size_t n, struct err *e);

#endif
