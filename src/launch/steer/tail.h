/* SPDX-License-Identifier: MIT */
/* What a container printed, of which the last TAIL_MAX bytes are kept: written by one
 * process, read by another, each at its own pace. */
#ifndef CNNRUN_LAUNCH_TAIL_H
#define CNNRUN_LAUNCH_TAIL_H

#include "base/buf.h"
#include "base/err.h"

#define TAIL_MAX ((size_t)8 << 20)

/* fd is -1 where nothing is kept. Bytes are counted from the first that was printed. */
struct tail {
	int fd;
	size_t dropped; /* the writer's: so many are gone */
};

int tail_open(struct tail *t, struct err *e);
void tail_close(struct tail *t);
void tail_add(struct tail *t, const char *data, size_t n);
/* How many were printed. */
size_t tail_end(const struct tail *t);
/* Appends at most max bytes from the place at, or from the first after it that is still
 * there; returns where it began. */
size_t tail_read(const struct tail *t, size_t at, size_t max, struct buf *out);

#endif
