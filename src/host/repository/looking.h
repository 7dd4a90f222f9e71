/* SPDX-License-Identifier: MIT */
/* What a look for repositories has found so far. */
#ifndef CNNRUN_HOST_LOOKING_H
#define CNNRUN_HOST_LOOKING_H

#include "host/repository/repository.h"

struct looking {
	const char *top;
	struct repositories *r;
	struct strv trees; /* work trees, in the order they were found */
};

/* Each adds once, and takes note where that is too many. */
void looking_own(struct looking *l, const char *path);
void looking_link(struct looking *l, const char *path);
void looking_tree(struct looking *l, const char *path); /* below the top only */

/* What belongs to tree's .git: a directory, or a file that names one. */
void git_look(struct looking *l, const char *git, const char *tree);

#endif
