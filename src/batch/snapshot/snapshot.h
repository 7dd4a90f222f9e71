/* SPDX-License-Identifier: MIT */
/* The project's files as they are now, for a job that starts later. */
#ifndef CNNRUN_BATCH_SNAPSHOT_SNAPSHOT_H
#define CNNRUN_BATCH_SNAPSHOT_SNAPSHOT_H

#include "plan/plan.h"
#include "right/right.h"

/* Copies what git tracks or does not ignore of the directory project into dir, without
 * .git; where that is no repository all but what its .cnnrunignore names;
 * goes: it is to go to another machine. */
int snapshot_make(const char *project, const char *dir, bool goes, struct err *e);
/* Adds path, of the project, which git may ignore, for the user alone, unless it is
 * there.
 */
int snapshot_add(const char *project, const char *dir, const char *path, struct err *e);
/* What p mounts of the project is mounted of the snapshot in dir as far as it is there,
 * or whether it is or not, with alone: the project is nowhere else. rights gets what that
 * takes. */
void snapshot_use(struct plan *p, const char *dir, bool alone, struct rights *rights);

/* What git says of a directory's files, each ended by a zero byte. *none: it is in no
 * repository. */
int git_list(const char *dir, struct buf *out, bool *none, struct err *e);

#endif
