/* SPDX-License-Identifier: MIT */
/* The files of a build context, in a fixed order. */
#ifndef CNNRUN_BUILD_WALK_H
#define CNNRUN_BUILD_WALK_H

#include <sys/stat.h>

#include "build/inputs.h"

struct walk_entry {
	const char *path; /* below the root; borrowed until the next step */
	const char *name; /* its last part */
	int dir;          /* descriptor of its directory */
	struct stat st;   /* of the link, not of what it leads to */
};

/* root is only asked for what it holds; ignore is borrowed. */
struct walk;
int walk_open(const struct build_input *root, const struct ignore *ignore, bool classic,
	struct walk **out, struct err *e);
/* 1 = an entry, directories before what is in them, names sorted by bytes; 0 = the end.
 */
int walk_next(struct walk *w, struct walk_entry *out, struct err *e);
/* What a symlink holds; NULL with e set. The caller frees. */
char *walk_read_link(const struct walk_entry *w, struct err *e);
void walk_free(struct walk *w); /* NULL is fine */

#endif
