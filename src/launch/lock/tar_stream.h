/* SPDX-License-Identifier: MIT */
/* A tar that comes in pieces, of which only some files are kept: an image's, which may be
 * an enemy's and as large as it likes. */
#ifndef CNNRUN_LAUNCH_LOCK_TAR_STREAM_H
#define CNNRUN_LAUNCH_LOCK_TAR_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct tar_entry {
	const char *path; /* without a leading slash or "./" */
	char type;        /* '0' file, '1' hard link, '2' symlink, '5' directory … */
	uint64_t size;
};

struct tar_stream {
	/* Is its text to be kept, for text() to get? -1 = give up, with e set. */
	int (*want)(void *ctx, const struct tar_entry *entry, struct err *e);
	int (*text)(void *ctx, const struct tar_entry *entry, const struct buf *text,
		struct err *e);
	void *ctx;
	struct err *e;
	/* private */
	char header[512];
	size_t n_header;
	uint64_t left, padding;
	enum { TAR_HEADER, TAR_SKIP, TAR_KEEP, TAR_NAME, TAR_EXTENDED } state;
	struct buf kept, name;
	struct tar_entry entry;
	int64_t pax_size; /* of the next one, -1 = as its header says */
	bool ended;
};

/* Zero-initialised but for the first four. -1 = not a tar, or somebody gave up. */
int tar_stream_feed(struct tar_stream *t, const char *p, size_t n);
void tar_stream_free(struct tar_stream *t);

#endif
