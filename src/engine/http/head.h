/* SPDX-License-Identifier: MIT */
/* The head of an HTTP/1 reply (RFC 9112): status, header lines, how the body ends. */
#ifndef CNNRUN_ENGINE_HEAD_H
#define CNNRUN_ENGINE_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/strv.h"

enum body_kind {
	BODY_TO_END, /* of the connection; all of it after an upgrade */
	BODY_LENGTH,
	BODY_CHUNKED
};

struct head {
	long status;     /* 100 … 999 */
	bool keep_alive; /* the connection may be used again */
	enum body_kind kind;
	uint64_t length;
	struct kvs lines; /* names in lower case, the last of each name */
};

/* The length of the head that text begins with, its blank line included; 0 = there is not
 * all of it yet, -1 = this becomes none. */
ssize_t head_end(const char *text, size_t n, struct err *e);
/* Reads a whole head. The caller frees out->lines, on failure too. */
int head_parse(const char *text, size_t n, struct head *out, struct err *e);

#endif
