/* SPDX-License-Identifier: MIT */
/* The small tars of the archive API, made in memory. libarchive makes the build contexts;
 * loading it for a passwd file would cost every launch 2 ms of CPU. */
#ifndef CNNRUN_ENGINE_USTAR_H
#define CNNRUN_ENGINE_USTAR_H

#include "base/buf.h"
#include "plan/resolved.h"

/* Appends one member; its path is kept without the leading slash. */
int ustar_add(struct buf *tar, const struct resolved_file *f, struct err *e);
void ustar_end(struct buf *tar);

struct ustar_member {
	char type; /* '0' file, '1' hard link, '2' symlink, '5' directory … */
	char link[101];
	const char *data; /* borrowed; may be cut short by the end of the tar */
	size_t n;         /* the member's size */
};
/* The member at *at, which moves on: 1 = got one, 0 = end or not all there yet, -1 = not
 * a tar. Extended headers are skipped. */
int ustar_next(const struct buf *tar, size_t *at, struct ustar_member *m, struct err *e);

#endif
