/* SPDX-License-Identifier: MIT */
/* Takes back what a launch made in the engine. */
#ifndef CNNRUN_LAUNCH_UNDO_H
#define CNNRUN_LAUNCH_UNDO_H

#include "engine/container.h"
#include "launch/ledger/record.h"

struct undone {
	size_t found;  /* containers and networks that had something to be undone */
	size_t failed; /* of these */
	size_t spared; /* detached ones that run on */
};

/* Once over all containers with the launch's label, then its networks. -1 = they could
 * not be asked for. tell: with a line for each container that is removed. */
int undo_launch(struct engine *g, const char *id, const struct record *r, bool tell,
	struct undone *out);

/* The launch's main container, which the services end with; NULL = it is not there. */
const struct container_item *undo_main(const struct container_list *l);

/* Removes the launch's own files; file is its record. */
void undo_files(const char *file, const char *id, const struct record *r);

#endif
