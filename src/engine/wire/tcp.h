/* SPDX-License-Identifier: MIT */
/* An engine that listens on a network: TLS, or nothing around the bytes. */
#ifndef CNNRUN_ENGINE_TCP_H
#define CNNRUN_ENGINE_TCP_H

#include "engine/wire/endpoint.h"
#include "engine/wire/wire.h"

int tcp_wire_open(const char *url, const struct endpoint *p, int limit_ms,
	struct wire **out, struct err *e);

/* Speaks TLS on a connected socket, which it takes over, with whoever proves to be host.
 */
int tls_wire(const char *url, const char *host, int fd, int limit_ms, struct wire **out,
	struct err *e);

#endif
