/* SPDX-License-Identifier: MIT */
/* Sockets of a team: addresses, connections, whole messages. Nothing here can block for
 * longer than its deadline (seconds of wire_now) but wire_exchange, which has none: a
 * machine that vanishes is noticed by TCP after half a minute. */
#ifndef TRAINER_TEAM_WIRE_H
#define TRAINER_TEAM_WIRE_H

#include "base/err.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

enum { ADDRESSES = 8, WIRE_OTHER_SIZE = 2 };

double wire_now(void);
int wire_port(const union address *a);
void wire_set_port(union address *a, int port);

/* Up to ADDRESSES of a host; their number, or -1. */
int wire_find(const char *host, int port, union address found[], struct err *e);

/* *a with port 0 is told the port it got. The socket, or -1 with errno. */
int wire_listen(union address *a);

/* Tries all the addresses again and again: the other side may not listen yet. *used is
 * the one that answered. The socket, or -1 with errno of the last attempt. */
int wire_connect(
	const union address *a, int count, double deadline, const union address **used);

/* *from is the caller's address; -1 at the deadline. */
int wire_accept(int listener, double deadline, union address *from);

/* Whole messages; false when the other side has gone, or at the deadline. */
bool wire_send(int fd, const void *bytes, size_t size, double deadline);
bool wire_receive(int fd, void *bytes, size_t size, double deadline);

/* Sends and receives at once, so that a ring cannot block itself. Each message goes with
 * its size. 0; -1 when the side that is sent to is gone, 1 when that which is received
 * from is, WIRE_OTHER_SIZE when it sends another number of bytes. */
int wire_exchange(
	int to, const void *out, size_t out_size, int from, void *in, size_t in_size);

#endif
