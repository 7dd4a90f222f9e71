/* SPDX-License-Identifier: MIT */
/* The head of an HTTP request, as a proxy reads it and passes it on. */
#ifndef CNNRUN_LAUNCH_HEAD_H
#define CNNRUN_LAUNCH_HEAD_H

#include "base/buf.h"
#include "plan/host_rule.h"

enum { HEAD_MAX = 65536 };

struct head {
	bool connect;        /* CONNECT host:port */
	bool absolute;       /* the target is a URL */
	char host[HOST_MAX]; /* where it goes: of the target, else of Host */
	unsigned port;
	const char
		*bad;   /* why it is not passed on, whoever it is for; NULL = it may be */
	struct buf out; /* as the server gets it: one request, then the end */
};

/* How many bytes the head has of the n at text; 0 = it goes on. */
size_t head_length(const char *text, size_t n);
/* Reads a whole head; out is the caller's to free. */
void head_read(const char *text, size_t n, struct head *h);

#endif
