/* SPDX-License-Identifier: MIT */
/* Which paths of a context are one file. */
#ifndef CNNRUN_BUILD_LINKS_H
#define CNNRUN_BUILD_LINKS_H

#include "build/walk.h"

/* Zero-initialise. */
struct links {
	void *tree;
};
/* The path that was seen before for the same file, else NULL; remembers this one. */
const char *links_first(struct links *l, const struct walk_entry *w);
void links_free(struct links *l);

#endif
