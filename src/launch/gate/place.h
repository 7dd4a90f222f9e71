/* SPDX-License-Identifier: MIT */
/* Where an open thing lies, as mount tables say it: "8:1 /home/me/project". */
#ifndef CNNRUN_LAUNCH_PLACE_H
#define CNNRUN_LAUNCH_PLACE_H

#include "base/buf.h"
#include "base/err.h"

/* This process's table of mounts, which place_of() reads. */
int place_table(struct buf *out, struct err *e);
/* Appends device and path within its file system of what fd is open on; path is where
 * that lies for this process. -1: the table does not tell. */
int place_of(const struct buf *table, int fd, const char *path, struct buf *out);
/* Appends path as such tables write it, blanks and the like as "\040". */
void place_path(struct buf *out, const char *path);

#endif
