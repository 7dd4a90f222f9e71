/* SPDX-License-Identifier: MIT */
/* The mark on what this user's cnnrun made. Anybody's image, compose file or volume can
 * carry our labels. The mark tells that they are ours: a keyed digest of them, and of the
 * image's id, which no label within that image can know. The key is a file of the user's,
 * made once. */
#ifndef CNNRUN_LAUNCH_MARK_H
#define CNNRUN_LAUNCH_MARK_H

#include "engine/container.h"
#include "launch/ledger/owner.h"
#include "plan/resolved.h"

/* Sets LABEL_MARK of s, whose labels and image id are final, and the labels of the
 * volumes that come to be with it. Those of owner.h that s has not are set too, empty: no
 * image shall bring them. */
int mark_set(struct resolved *s, struct err *e);

/* Sets the labels of a volume of this name, which is to be made. */
int mark_volume(const char *name, struct kvs *labels, struct err *e);

/* Leaves those in l that have this user's mark; the rest goes to others, or, where that
 * is NULL, away. */
void mark_select(struct container_list *l, struct container_list *others);
/* Which service beside the main container is it? NULL = it is that. */
const char *mark_service(const struct container_item *c);
/* Is mark that of a volume of this name which this user's cnnrun made? */
bool mark_of_volume(const char *name, const char *mark);

#endif
