/* SPDX-License-Identifier: MIT */
/* A look into an image, by way of a container of it. What was seen is noted under the
 * image's id: for its next launch no container is needed. */
#ifndef CNNRUN_LAUNCH_IMAGE_LOOK_H
#define CNNRUN_LAUNCH_IMAGE_LOOK_H

#include "engine/engine.h"
#include "plan/resolved.h"

struct image_look {
	struct engine *g;
	const struct resolved *s;
	char *id; /* of the container; NULL = make one when it is needed */
	int (*make)(void *ctx, char **id, struct err *e);
	void *ctx;
	struct strv plain, links; /* paths that are no symlinks, and that are */
	size_t n_noted;           /* of both */
};

/* Frees what it knows, not the container. */
void image_look_end(struct image_look *k);

/* A file's text, the caller's; NULL = the image has none. name is the note's. */
int image_look_text(struct image_look *k, const char *path, const char *name, char **text,
	struct err *e);
int image_look_is_link(
	struct image_look *k, const char *path, bool *is_link, struct err *e);

#endif
