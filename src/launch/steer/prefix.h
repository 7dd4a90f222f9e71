/* SPDX-License-Identifier: MIT */
/* Output of several containers on one terminal: whole lines, each with its container's
 * name before it. */
#ifndef CNNRUN_LAUNCH_PREFIX_H
#define CNNRUN_LAUNCH_PREFIX_H

#include "launch/steer/lines.h"

struct prefix {
	const char *name; /* borrowed */
	int color;        /* any number */
	struct lines lines;
};

/* channel: 1 goes to standard output, 2 to standard error. */
void prefix_add(struct prefix *p, int channel, const char *data, size_t n);
/* What has no end yet, too. */
void prefix_end(struct prefix *p);

#endif
