/* SPDX-License-Identifier: MIT */
/* The containers that cnnrun made for this user, found by their labels and known by their
 * marks. */
#ifndef CNNRUN_LAUNCH_OWN_H
#define CNNRUN_LAUNCH_OWN_H

#include "engine/container.h"

/* Those of this user. all: ended ones too. Newest first. A service is called
 * NAME/SERVICE, with the main container's name. unmarked (may be NULL) gets what has this
 * user's labels only: an image brought them, or an older cnnrun made it. */
int own_list(struct engine *g, bool all, struct container_list *out,
	struct container_list *unmarked, struct err *e);
/* What has cnnrun's labels, whoever gave it those: to be shown, not to be acted on. */
int own_list_everybody(
	struct engine *g, bool all, struct container_list *out, struct err *e);
/* The item that name means: a name, or the beginning of an id that only one has; NULL =
 * none. */
const struct container_item *own_match(const struct container_list *l, const char *name);

/* Is it beside another, which it ends with? */
bool own_is_service(const struct container_item *c);
/* Is it a box, and ready? */
bool own_is_box(const struct container_item *c);
/* Is it a service that stays with a box? */
bool own_is_beside_box(const struct container_item *c);
/* Moves those beside the box that this launch made from l to out, which is empty. */
void own_beside_box(
	struct container_list *l, const char *launch, struct container_list *out);
/* Of a container with these labels: does it have services that stay with it? */
bool own_has_services(const struct kvs *labels);
/* Of the image as its plan named it, not of that which your home was given to you in. */
const char *own_image_id(const struct container_item *c);
#define BOX_MAKING ".making-" /* in the name of one that is not yet */
/* Has no container this name? -1: one has, and e says how to go on. */
int own_name_free(struct engine *g, const char *name, struct err *e);
/* The engine would not give it: the same, also of one that is only being made. */
int own_name_taken(struct engine *g, const char *name, struct err *e);

#endif
