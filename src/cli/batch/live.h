/* SPDX-License-Identifier: MIT */
/* Lines on a terminal that are drawn anew in their place. */
#ifndef CNNRUN_CLI_LIVE_H
#define CNNRUN_CLI_LIVE_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/* Zero-initialise. */
struct live {
	size_t lines; /* that stand there */
};

/* So many rows of a table fit on it, its heading aside; 0 = standard output is no
 * terminal, and takes all. */
size_t live_rows(void);
/* Draws b, none of whose lines may be longer than the terminal is wide, and empties it.
 */
int live_draw(struct live *l, struct buf *b, struct err *e);

#endif
