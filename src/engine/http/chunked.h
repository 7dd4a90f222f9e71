/* SPDX-License-Identifier: MIT */
/* Chunked transfer coding (RFC 9112, 7.1), taken apart in place. */
#ifndef CNNRUN_ENGINE_CHUNKED_H
#define CNNRUN_ENGINE_CHUNKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

/* Zero-initialise. */
struct chunked {
	enum {
		CHUNK_SIZE,
		CHUNK_EXTENSION,
		CHUNK_DATA,
		CHUNK_DATA_END,
		CHUNK_TRAILER,
		CHUNK_DONE
	} state;
	uint64_t left; /* of the chunk; its size while that is read */
	int digits;
	size_t between;  /* bytes since the last payload */
	bool line_empty; /* of a trailer line so far */
};

/* Replaces n raw bytes by the payload in them: its length, or -1 when malformed. After
 * the last chunk state is CHUNK_DONE and further bytes are dropped. */
ssize_t chunked_feed(struct chunked *c, char *data, size_t n, struct err *e);

#endif
