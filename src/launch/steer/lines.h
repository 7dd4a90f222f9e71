/* SPDX-License-Identifier: MIT */
/* Output as it comes, cut into lines. */
#ifndef CNNRUN_LAUNCH_LINES_H
#define CNNRUN_LAUNCH_LINES_H

#include "base/buf.h"

struct lines {
	struct buf line[2]; /* an unfinished one of stdout and of stderr */
};

/* A line without its end. */
typedef void lines_told(void *ctx, int channel, struct buf *line);

/* Tells each line that has its end by now; a longer one than max in parts. */
void lines_add(struct lines *l, size_t max, int channel, const char *data, size_t n,
	lines_told *told, void *ctx);
/* What has no end yet, too. */
void lines_end(struct lines *l, lines_told *told, void *ctx);

#endif
