/* SPDX-License-Identifier: MIT */
/* Raw bytes to an engine and back, never blocking, whatever carries them. */
#ifndef CNNRUN_ENGINE_WIRE_H
#define CNNRUN_ENGINE_WIRE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

struct wire;

/* A carrier. */
struct wire_ops {
	ssize_t (*send)(struct wire *w, const void *p, size_t n, struct err *e);
	ssize_t (*recv)(struct wire *w, void *p, size_t n, struct err *e);
	void (*half_close)(struct wire *w);
	void (*close)(struct wire *w);
};

/* Each carrier's own begins with this. */
struct wire {
	const struct wire_ops *ops;
	int fd; /* to poll */
};

/* Connects to an endpoint's address. When nobody takes the connection within limit_ms
 * e->code is ETIMEDOUT; EACCES = it is of no use to try again; else connect's errno. */
int wire_open(const char *url, int limit_ms, struct wire **out, struct err *e);
/* Does it lead to a socket of this machine? */
bool wire_is_local(const char *url);
/* What is shared is to last as long as this process as well. */
void wire_hold(const char *url);
void wire_sweep(const char *dir);
/* Before the process ends: what its connections shared with others ends with the last. */
void wire_leave(void);
void wire_free(struct wire *w); /* NULL is fine */
int wire_fd(const struct wire *w);
/* Bytes, 0 = would block, -1 = broken. */
ssize_t wire_send(struct wire *w, const void *p, size_t n, struct err *e);
/* Bytes, 0 = would block, -1 = end (e->code 0) or broken; ECONNRESET = the other side
 * closed without having read all that was sent. */
ssize_t wire_recv(struct wire *w, void *p, size_t n, struct err *e);
void wire_half_close(struct wire *w);

/* A connected stream socket as a wire, which closes it. */
struct wire *unix_wire(int fd);
int unix_wire_open(const char *path, int limit_ms, struct wire **out, struct err *e);

#endif
