/* SPDX-License-Identifier: MIT */
/* The containers that cnnrun made for this user, found by their labels. */
#ifndef CNNRUN_LAUNCH_OWN_H
#define CNNRUN_LAUNCH_OWN_H

#include "engine/container.h"

/* Those of this user, or of everybody. all: ended ones too. Newest first. A service is
 * called NAME/SERVICE, with the main container's name. */
int own_list(struct engine *g, bool everybody, bool all, struct container_list *out,
	struct err *e);
/* The item that name means: a name, or the beginning of an id that only one has; NULL =
 * none. */
const struct container_item *own_match(const struct container_list *l, const char *name);

/* Is it beside another, which it ends with? */
bool own_is_service(const struct container_item *c);

#endif
