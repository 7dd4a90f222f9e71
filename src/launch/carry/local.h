/* SPDX-License-Identifier: MIT */
/* What is to be carried of a directory of the user's: all but what its .cnnrunignore
 * names and what is neither file, directory nor symlink. */
#ifndef CNNRUN_LAUNCH_CARRY_LOCAL_H
#define CNNRUN_LAUNCH_CARRY_LOCAL_H

#include "build/inputs.h"
#include "build/walk.h"
#include "launch/carry/entry.h"

#define CARRY_IGNORE ".cnnrunignore"
#define CARRY_TEMP   ".cnnrun-home-" /* a file on its way home */

struct carry_local {
	struct build_input root; /* borrowed */
	struct ignore ignore;
	struct walk *walk;
	struct walk_entry entry; /* the one told last */
	bool *matched[2];        /* room to ask with */
};
/* dir is open on the directory, path its name; both are borrowed. */
int carry_local_open(struct carry_local *l, int dir, const char *path, struct err *e);
/* From the beginning. */
int carry_local_rewind(struct carry_local *l, struct err *e);
/* As a carry_source, of a struct carry_local. */
int carry_local_next(void *local, struct carry_entry *out, struct err *e);
/* Does .cnnrunignore name it, wherever it is? It stays on its side then. */
bool carry_ignored(const struct carry_local *l, const char *path);
void carry_local_close(struct carry_local *l);

#endif
